package dev.candor;

/** The survey that is being asked. Any thread; when it has ended every method does nothing. */
public final class Prompt {
    /** The numbers are those of candor.h. */
    public enum Type {
        SCORE,
        TEXT,
        THANKS
    }

    /** The numbers are those of candor.h. */
    public enum Status {
        ASKING,
        /** An answer is on its way to the disk. */
        STORING,
        /** It could not be stored; answer again to retry. */
        FAILED,
        /** All is stored: say thanks. */
        DONE
    }

    /**
     * What to ask.
     *
     * @param score what was given on the scale so far; -1: nothing
     * @param answer what was answered to this text question so far
     * @param notice not empty: a line about consent that must stand beside the question
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
            String notice) {}

    private final Candor candor;

    Prompt(Candor candor) {
        this.candor = candor;
    }

    /** The current question, or null when nothing is asked any more. */
    public Question question() {
        int[] numbers = new int[6];
        byte[][] texts = Native.prompt(candor.handle(), numbers);
        if (texts == null) return null;
        return new Question(
                Candor.text(texts[0]),
                Candor.text(texts[1]),
                // What a later library asks and this one has no word for can still be drawn as thanks, and closed.
                Type.values()[Math.min(numbers[0], Type.THANKS.ordinal())],
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
                Candor.text(texts[7]));
    }

    /** The first frame is on screen: from now on the person counts as shown. */
    public void presented() {
        Native.call(candor.handle(), Native.PRESENTED, null, 0);
    }

    /** Answers the current question with a score; false when it was refused. */
    public boolean answer(int score) {
        Question question = question();
        return question != null && Native.answer(candor.handle(), Candor.utf8(question.id()), score, null) == Native.OK;
    }

    /** Answers the current question with a text (empty: skipped); false when it was refused. */
    public boolean answer(String text) {
        Question question = question();
        return question != null
                && Native.answer(candor.handle(), Candor.utf8(question.id()), 0, Candor.utf8(text)) == Native.OK;
    }

    /** To the question before. */
    public void back() {
        Native.call(candor.handle(), Native.BACK, null, 0);
    }

    /** The person closed it: after a score it counts as answered. */
    public void dismiss() {
        Native.call(candor.handle(), Native.DISMISS, null, 0);
    }
}
