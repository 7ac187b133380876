/* What a desktop gives Candor: HTTP by libcurl, text by Pango and Cairo, and a card in an SDL2 window with OpenGL.
 *
 * Each part stands alone: take the HTTP and draw by yourself, or take all of them at once:
 *
 *   candor_desktop_host* host = candor_desktop_host_create(NULL, NULL);
 *   candor_desktop_card* card = candor_desktop_card_create(window, candor_desktop_host_text(host), NULL);
 *   config.host = candor_desktop_host_interface(host);
 *   candor_client client = candor_start(&config, NULL);
 *   while (SDL_WaitEvent(&event)) {
 *       if (!candor_desktop_card_event(card, client, &event)) my_event(&event);
 *       candor_tick(client);
 *       my_draw();
 *       candor_desktop_card_draw(card, client);
 *       SDL_GL_SwapWindow(window);
 *       candor_desktop_card_presented(card, client);
 *   }
 *   candor_close(client, 2000);
 *   candor_desktop_card_destroy(card);
 *   candor_desktop_host_destroy(host);
 *
 * Rules
 * - As in candor.h: strings are UTF-8, pointer and length, copied where they are kept; spans are milliseconds;
 *   lengths are logical pixels unless a field says device pixels; each struct begins with its size.
 * - What `create` gives is the caller's and goes back with `destroy`, which takes NULL too. A part outlives every
 *   client that was started with it: candor_close first, then destroy.
 * - `create` gives NULL when it fails; `why`, if given, then says so until this thread's next create. Options may be
 *   NULL: all defaults.
 * - No exception leaves a function, and nothing of the process is changed: no locale, no signal handler, no GL state
 *   that is not put back, no window or input focus.
 */
#ifndef CANDOR_DESKTOP_H_
#define CANDOR_DESKTOP_H_

#include "candor/candor.h"

#ifdef __cplusplus
extern "C" {
#endif

struct SDL_Window;
union SDL_Event;

/* ---- HTTP ------------------------------------------------------------------------------------------------------ */

/* libcurl's multi interface on a thread of its own, which has all signals blocked. Only http and https; TLS 1.2 or
 * newer, verified; HTTP/2 where the server offers it; connections are kept and used again; no redirect is followed
 * (the 3xx itself is the answer), no cookie kept. What may go out as gzip does so from 1 KB on, and as it is to a
 * server that does not take it. A proxy named in the environment is used, as by every libcurl.
 *
 * libcurl is initialised for the process once, by the first create, and never cleaned up: libcurl counts these calls,
 * so a host's own use of it stays whole. Where libcurl is older than 7.84, whose initialisation is not thread-safe,
 * call curl_global_init yourself before other threads run. A host with its own curl_global_init_mem calls it first.
 *
 * Thread: any, for all functions. `send` and `cancel` return at once; answers come from the part's thread. In a process
 * that was forked from the one which made it, all of it does nothing. */
typedef struct candor_desktop_http candor_desktop_http;

typedef struct candor_desktop_http_options {
    size_t size;
    int64_t connect_timeout;  /* 0: 10 s */
    int64_t stall_timeout;    /* no byte moved for so long, in whole seconds; 0: 20 s */
    candor_string user_agent; /* empty: candor-desktop */
    candor_string ca_file;    /* certificates to trust, PEM; empty: the system's */
    int32_t plain;            /* not 0: nothing goes out as gzip */
} candor_desktop_http_options;

#define CANDOR_DESKTOP_HTTP_OPTIONS_INIT \
    { sizeof(candor_desktop_http_options) }

CANDOR_API candor_desktop_http* candor_desktop_http_create(const candor_desktop_http_options* options,
                                                           candor_string* why);

/* For candor_host.http. Lives as long as the part. */
CANDOR_API const candor_http* candor_desktop_http_interface(candor_desktop_http* http);

/* Ends what is under way (each such exchange is answered with status 0), joins the thread and returns. Does not wait
 * for any server, nor for a name to be resolved (libcurl 7.87 or newer). */
CANDOR_API void candor_desktop_http_destroy(candor_desktop_http* http);

/* ---- text ------------------------------------------------------------------------------------------------------ */

/* Pango shapes, orders, falls back to other fonts and breaks lines; Cairo rasterises. The system's sans serif font is
 * used; its widths grow linearly with the pixel ratio, so that a line measured once fits at every ratio.
 *
 * Thread: any; calls wait for each other. Text that is not UTF-8 is shown with a replacement and harms nothing. */
typedef struct candor_desktop_text candor_desktop_text;

typedef struct candor_desktop_text_options {
    size_t size;
    candor_string family;   /* as fontconfig names it, or a list with commas; empty: the system's interface font */
    candor_string language; /* BCP 47: picks among forms of one letter (Han); empty: the process's locale */
} candor_desktop_text_options;

#define CANDOR_DESKTOP_TEXT_OPTIONS_INIT \
    { sizeof(candor_desktop_text_options) }

CANDOR_API candor_desktop_text* candor_desktop_text_create(const candor_desktop_text_options* options,
                                                           candor_string* why);
CANDOR_API void candor_desktop_text_destroy(candor_desktop_text* text);

/* For candor_host.text. Lives as long as the part.
 *
 * Of its lines: a line broken for want of room ends before the blanks there; one ended by a newline or by the text's
 * end keeps its blanks as far as they fit, so that a caret can stand after them. Only a single character that is wider
 * than max_width makes a line wider than that. */
CANDOR_API const candor_text_host* candor_desktop_text_interface(candor_desktop_text* text);

/* Size of a run's picture in device pixels: at least 1, at most 8192 each way. CANDOR_INVALID for a run or a ratio
 * that is not a positive number. */
CANDOR_API candor_status candor_desktop_text_extent(const candor_text_run* run, float pixel_ratio, int32_t* width,
                                                    int32_t* height);

/* The run's picture: rows from the top, RGBA of one byte each, premultiplied, without gaps; `capacity` bytes at
 * `pixels`, at least width x height x 4 of the extent. Text is white. Colour glyphs have their own colours, and at
 * least one of their channels lies below alpha by 2 % or more, while in white text all are equal: so a renderer can
 * tint the one and leave the other alone. CANDOR_INVALID when the pixels do not fit, CANDOR_FAILED when Cairo fails. */
CANDOR_API candor_status candor_desktop_text_rasterise(candor_desktop_text* text, const candor_text_run* run,
                                                       float pixel_ratio, uint8_t* pixels, size_t capacity);

/* ---- local time ------------------------------------------------------------------------------------------------ */

/* Local time, for quiet hours and days: the machine's offset from UTC at `now` (ms since 1970), and each change in the
 * next 400 days, as candor_context takes them. Returns how many were written, at most `room`. Any thread. */
CANDOR_API size_t candor_desktop_offsets(int64_t now, candor_offset* offsets, size_t room);

/* Hands them to the client. Call it after candor_start, and when the machine has been moved to another zone. */
CANDOR_API candor_status candor_desktop_local_time(candor_client client, int64_t now);

/* ---- OpenGL ---------------------------------------------------------------------------------------------------- */

/* Draws a candor_draw with OpenGL 2.1, 3.x core or OpenGL ES 2 and newer; functions come from SDL_GL_GetProcAddress.
 * Text runs become textures, kept by their key, and let go when some frames did without them.
 *
 * Thread: the one on which the context is current; also for destroy. */
typedef struct candor_desktop_renderer candor_desktop_renderer;

typedef struct candor_desktop_view {
    size_t size;
    float width; /* of the surface that the draw was made for */
    float height;
    int32_t framebuffer_width; /* device pixels; the surface fills them */
    int32_t framebuffer_height;
} candor_desktop_view;

#define CANDOR_DESKTOP_VIEW_INIT \
    { sizeof(candor_desktop_view) }

/* Needs the context to be current. `text` rasterises the runs, and outlives the renderer. */
CANDOR_API candor_desktop_renderer* candor_desktop_renderer_create(candor_desktop_text* text, candor_string* why);
CANDOR_API void candor_desktop_renderer_destroy(candor_desktop_renderer* renderer);

/* Draws over what is in the current framebuffer, premultiplied. All GL state that it touches is put back.
 * CANDOR_INVALID, and nothing drawn, when an index, a run or a command points outside its array. */
CANDOR_API candor_status candor_desktop_renderer_draw(candor_desktop_renderer* renderer, const candor_draw* draw,
                                                      const candor_desktop_view* view);

/* How many run textures are kept now. */
CANDOR_API size_t candor_desktop_renderer_textures(const candor_desktop_renderer* renderer);

/* ---- the card in a window -------------------------------------------------------------------------------------- */

/* A client's card in one SDL window: pointer, keys, typed text, input methods and paste go to the card, the card is
 * drawn on top of what the host drew. The card never takes the focus by itself: keys reach it once somebody clicked
 * on it, or came to it with Tab. A host with fields of its own offers an event to them first.
 *
 * Thread: the one that owns the window, with its context current for create, draw and destroy. */
typedef struct candor_desktop_card candor_desktop_card;

CANDOR_API candor_desktop_card* candor_desktop_card_create(struct SDL_Window* window, candor_desktop_text* text,
                                                           candor_string* why);
CANDOR_API void candor_desktop_card_destroy(candor_desktop_card* card);

typedef struct candor_desktop_card_options {
    size_t size;
    float scale;    /* window coordinates to a logical pixel, beside what the display has; 0: 1 */
    int32_t scheme; /* CANDOR_SCHEME_LIGHT or _DARK */
    int32_t reduced_motion;
} candor_desktop_card_options;

#define CANDOR_DESKTOP_CARD_OPTIONS_INIT \
    { sizeof(candor_desktop_card_options) }

CANDOR_API candor_status candor_desktop_card_configure(candor_desktop_card* card,
                                                       const candor_desktop_card_options* options);

/* Gives an event to the card. Not 0: the card used it, and the host leaves it alone. Tells the client too when the
 * window is minimised or hidden. */
CANDOR_API int32_t candor_desktop_card_event(candor_desktop_card* card, candor_client client,
                                             const union SDL_Event* event);

/* The card as controls, for the window's present size; starts and stops SDL's text input as the focus wants.
 * CANDOR_NO_PROMPT when there is none. The card's arrays live as candor_card_layout says. */
CANDOR_API candor_status candor_desktop_card_layout(candor_desktop_card* card, candor_client client,
                                                    candor_card* layout);

/* Not 0: the card looks different from what was last drawn (also: it came, or went), so draw a frame. `next_frame`, if
 * given, is set to the ms until the card wants another look; -1: when an event or the client says so. */
CANDOR_API int32_t candor_desktop_card_changed(candor_desktop_card* card, candor_client client, int64_t* next_frame);

/* Draws the card into the current framebuffer. CANDOR_NO_PROMPT, and nothing drawn, when there is none. */
CANDOR_API candor_status candor_desktop_card_draw(candor_desktop_card* card, candor_client client);

/* To be called after the buffers were swapped: reports the first frame of each prompt to the client. */
CANDOR_API void candor_desktop_card_presented(candor_desktop_card* card, candor_client client);

/* ---- all of it ------------------------------------------------------------------------------------------------- */

/* HTTP, text and wake-ups as one candor_host. A wake-up arrives as an SDL event, so that the host can rest in
 * SDL_WaitEvent while nothing happens; on it (on any event, if you like) call candor_tick.
 *
 * Needs SDL's events (SDL_INIT_VIDEO or SDL_INIT_EVENTS), and goes before SDL_Quit. Serves several clients. */
typedef struct candor_desktop_host candor_desktop_host;

typedef struct candor_desktop_host_options {
    size_t size;
    const candor_desktop_http_options* http; /* NULL: defaults */
    const candor_desktop_text_options* text;
} candor_desktop_host_options;

#define CANDOR_DESKTOP_HOST_OPTIONS_INIT \
    { sizeof(candor_desktop_host_options) }

CANDOR_API candor_desktop_host* candor_desktop_host_create(const candor_desktop_host_options* options,
                                                           candor_string* why);
CANDOR_API void candor_desktop_host_destroy(candor_desktop_host* host);

/* For candor_config.host. Lives as long as the part. */
CANDOR_API const candor_host* candor_desktop_host_interface(candor_desktop_host* host);
CANDOR_API candor_desktop_text* candor_desktop_host_text(candor_desktop_host* host);

/* The type of the SDL event that a wake-up is. */
CANDOR_API uint32_t candor_desktop_host_wake_event(const candor_desktop_host* host);

#ifdef __cplusplus
}
#endif

#endif /* CANDOR_DESKTOP_H_ */
