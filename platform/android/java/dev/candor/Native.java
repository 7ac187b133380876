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
    static final int LOCALE = 6;
    static final int CONSENT = 7;
    static final int FORGET = 8;
    static final int BUSY = 9;
    static final int HIDDEN = 10;
    static final int SHOW = 11;
    static final int HIDE = 12;
    static final int PRESENTED = 13;
    static final int BACK = 14;
    static final int DISMISS = 15;

    static {
        String file = System.getProperty("candor.library");
        if (file != null) {
            System.load(file);
        } else {
            System.loadLibrary("candor_jni");
        }
    }

    private Native() {}

    /** {handle, context}; throws IllegalArgumentException with the reason. */
    static native long[] start(Candor candor, byte[][] texts, int consent, boolean strict);

    static native void free(long context);

    static native int call(int handle, int what, byte[] text, int number);

    /** With a name: track; without: attributes. Values: byte[] (text), Double, Boolean or null. */
    static native int properties(int handle, byte[] name, byte[][] keys, Object[] values);

    static native byte[] explain(int handle, byte[] survey);

    /** survey, id, text, low, high, answer, locale, notice; numbers: type, status, min, max, score, optional. Null: no prompt. */
    static native byte[][] prompt(int handle, int[] numbers);

    static native int answer(int handle, byte[] question, int score, byte[] text);

    static native int flush(int handle, long deadline);

    static native int close(int handle, long deadline);

    static native void httpDone(int ticket, int status, byte[][] headers, byte[] body, byte[] error);
}
