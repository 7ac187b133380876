package dev.candor;

/** The C API, as flat as it goes: strings are UTF-8 bytes, as JNI's own strings are not. */
final class Native {
    static final int OK = 0;
    static final int INVALID = 1;

    // What `call` does; the same numbers in candor_jni.cpp.
    static final int TICK = 0;
    static final int LOAD = 1;
    static final int TRACK = 2;
    static final int SCREEN = 3;
    static final int IDENTIFY = 4;
    static final int RESET = 5;
    static final int CONSENT = 6;
    static final int FORGET = 7;
    static final int BUSY = 8;
    static final int TYPED = 9;
    static final int HIDDEN = 10;
    static final int SHOW = 11;
    static final int HIDE = 12;
    static final int PRESENTED = 13;
    static final int BACK = 14;
    static final int DISMISS = 15;
    static final int AGREE = 16;
    static final int SNOOZE = 17;
    static final int NETWORK = 18;

    static {
        String file = System.getProperty("candor.library");
        if (file != null) {
            System.load(file);
        } else {
            System.loadLibrary("candor_jni");
        }
    }

    private Native() {}

    /** {handle, context}; throws IllegalArgumentException with the reason. The client starts hidden. */
    static native long[] start(Candor candor, byte[][] texts, int consent, boolean strict, int logLevel);

    static native void free(long context);

    static native int call(int handle, int what, byte[] text, int number);

    /** With a name: track; without: attributes. Values: byte[] (text), Double, Boolean or null. */
    static native int properties(int handle, byte[] name, byte[][] keys, Object[] values);

    /** Texts: app version, locale, platform, OS version, country, device; empty: unchanged. Offsets: see Offsets; null: unchanged. */
    static native int context(int handle, byte[][] texts, long[] offsets);

    static native byte[] explain(int handle, byte[] survey);

    /**
     * survey, id, text, low, high, answer, locale, notice, placeholder, link, its text, and of each choice its id and text; numbers: type,
     * status, min, max, score, optional, whether there is a question before, two sets of bits, of the choices chosen and of those that one
     * writes beside, the agreement, and whether it is a preview. Null: no prompt.
     */
    static native byte[][] prompt(int handle, int[] numbers);

    /** With choices: those, and the text beside them; else with a text: that; else the score. */
    static native int answer(int handle, byte[] question, int score, byte[] text, byte[][] choices);

    static native int flush(int handle, long deadline);

    static native int close(int handle, long deadline);

    static native void httpDone(int ticket, int status, byte[][] headers, byte[] body, byte[] error);
}
