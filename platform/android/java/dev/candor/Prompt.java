package dev.candor;

import java.util.ArrayList;
import java.util.List;

/** The survey that is being asked. Any thread; when it has ended every method does nothing. */
public final class Prompt {
    /** The numbers are those of candor.h. */
    public enum Type {
        /** The recommendation question: a scale. */
        SCORE,
        TEXT,
        THANKS,
        /** Satisfaction: a scale. */
        CSAT,
        /** Effort: a scale. */
        CES,
        /** One of the choices. */
        SINGLE,
        /** Any of the choices. */
        MULTIPLE,
        /** To be read, perhaps with a link; {@link Prompt#skip} goes on. */
        STATEMENT;

        public boolean isScale() {
            return this == SCORE || this == CSAT || this == CES;
        }
    }

    /**
     * One of those to choose among, in the order in which they are to stand.
     *
     * @param other who chooses it may write something beside it
     */
    public record Choice(String id, String text, boolean chosen, boolean other) {}

    /** The numbers are those of candor.h. */
    public enum Status {
        ASKING,
        /** An answer is on its way to the disk. */
        STORING,
        /** It could not be stored; answer again to retry. */
        FAILED,
        /** All is stored: say thanks. */
        DONE,
        /** All is answered, and nothing of it stored: {@link Prompt#agree} is missing. */
        UNAGREED
    }

    /** The numbers are those of candor.h. */
    public enum Agreement {
        UNNEEDED,
        /** A box must be ticked: until {@link Prompt#agree} nothing of an answer is stored. */
        WANTED,
        GIVEN
    }

    /**
     * What to ask.
     *
     * @param score what was given on the scale so far; -1: nothing
     * @param answer what was written so far, to this text question or beside a choice
     * @param notice not empty: a line about consent that must stand beside the question, or beside its box
     * @param placeholder of the field, where something may be written
     * @param link of a statement: an address; empty: none
     * @param hasBefore there is a question to go {@link #back} to
     * @param preview it was shown as one: what is answered is in no score
     */
    public record Question(
            String survey,
            String id,
            Type type,
            Status status,
            String text,
            String lowLabel,
            String highLabel,
            int min,
            int max,
            int score,
            boolean optional,
            String answer,
            String locale,
            String notice,
            List<Choice> choices,
            String placeholder,
            String link,
            String linkText,
            boolean hasBefore,
            Agreement agreement,
            boolean preview) {}

    private final Candor candor;

    Prompt(Candor candor) {
        this.candor = candor;
    }

    /** The current question, or null when nothing is asked any more. */
    public Question question() {
        int[] numbers = new int[11];
        byte[][] texts = Native.prompt(candor.handle(), numbers);
        if (texts == null) return null;
        return new Question(
                Candor.text(texts[0]),
                Candor.text(texts[1]),
                // What a later library asks and this one has no word for can still be drawn as thanks, and closed.
                numbers[0] < Type.values().length ? Type.values()[numbers[0]] : Type.THANKS,
                Status.values()[numbers[1]],
                Candor.text(texts[2]),
                Candor.text(texts[3]),
                Candor.text(texts[4]),
                numbers[2],
                numbers[3],
                numbers[4],
                numbers[5] != 0,
                Candor.text(texts[5]),
                Candor.text(texts[6]),
                Candor.text(texts[7]),
                choices(texts, numbers[7], numbers[8]),
                Candor.text(texts[8]),
                Candor.text(texts[9]),
                Candor.text(texts[10]),
                numbers[6] != 0,
                Agreement.values()[numbers[9]],
                numbers[10] != 0);
    }

    private static final int FIRST_CHOICE = 11; // of the texts

    private static List<Choice> choices(byte[][] texts, int chosen, int other) {
        List<Choice> choices = new ArrayList<>();
        for (int i = 0; FIRST_CHOICE + 2 * i < texts.length; i++) {
            String id = Candor.text(texts[FIRST_CHOICE + 2 * i]);
            String text = Candor.text(texts[FIRST_CHOICE + 2 * i + 1]);
            choices.add(new Choice(id, text, (chosen >> i & 1) != 0, (other >> i & 1) != 0));
        }
        return List.copyOf(choices);
    }

    /** The first frame is on screen: from now on the person counts as shown. */
    public void presented() {
        Native.call(candor.handle(), Native.PRESENTED, null, 0);
    }

    /** Answers the current question with a score; false when it was refused. */
    public boolean answer(int score) {
        Question question = question();
        return question != null && Native.answer(candor.handle(), Candor.utf8(question.id()), score, null, null) == Native.OK;
    }

    /** Answers the current question with a text (empty: skipped); false when it was refused. */
    public boolean answer(String text) {
        byte[] answer = Candor.utf8(text, "text");
        Question question = question();
        return question != null && Native.answer(candor.handle(), Candor.utf8(question.id()), 0, answer, null) == Native.OK;
    }

    /** Answers the current question with choices, and what was written beside them (may be empty); false when it was refused. */
    public boolean answer(List<String> choices, String other) {
        byte[][] ids = choices.stream().map(id -> Candor.utf8(id, "choice")).toArray(byte[][]::new);
        byte[] beside = Candor.utf8(other, "other");
        Question question = question();
        return question != null && Native.answer(candor.handle(), Candor.utf8(question.id()), 0, beside, ids) == Native.OK;
    }

    /** Goes on without an answer: from a statement, or an optional question; false when it was refused. */
    public boolean skip() {
        return answer("");
    }

    /** The person ticked the box: what was answered is stored together with the version of the policy. */
    public void agree() {
        Native.call(candor.handle(), Native.AGREE, null, 0);
    }

    /** To the question before. */
    public void back() {
        Native.call(candor.handle(), Native.BACK, null, 0);
    }

    /** The person closed it: after a score it counts as answered. */
    public void dismiss() {
        Native.call(candor.handle(), Native.DISMISS, null, 0);
    }

    /** "Ask me later": as {@link #dismiss}, but the survey then waits as long as its {@code wait.snoozed} says. */
    public void snooze() {
        Native.call(candor.handle(), Native.SNOOZE, null, 0);
    }
}
