#include "control.h"
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static int port = -1;
static char pending[256];
static size_t length;

void control_open(const char *device) {
    if (!device) return;
    port = open(device, O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct termios settings;
    if (port < 0 || tcgetattr(port, &settings)) {
        fprintf(stderr, "vdmabuf-draw: no serial port behind %s, running without control\n", device);
        port = -1;
        return;
    }
    cfmakeraw(&settings);
    tcsetattr(port, TCSANOW, &settings);
}

void control_say(const char *format, ...) {
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text - 1, format, arguments);
    va_end(arguments);
    printf("vdmabuf-draw: %s\n", text);
    fflush(stdout);
    strcat(text, "\n");
    if (port >= 0 && write(port, text, strlen(text)) < 0) perror("vdmabuf-draw: control");
}

static bool take_line(char *line, size_t size) {
    char *end = memchr(pending, '\n', length);
    if (!end) {
        if (length == sizeof pending) length = 0;       // no order is that long
        return false;
    }
    size_t used = (size_t)(end - pending);
    snprintf(line, size, "%.*s", (int)used, pending);
    memmove(pending, end + 1, length - used - 1);
    length -= used + 1;
    return true;
}

bool control_next(char *line, size_t size, int timeout) {
    if (port < 0) {
        if (timeout != 0) usleep(timeout < 0 ? 1000000 : (unsigned)timeout * 1000);
        return false;
    }
    while (!take_line(line, size)) {
        struct pollfd pollfd = { .fd = port, .events = POLLIN };
        if (poll(&pollfd, 1, timeout) <= 0) return false;
        ssize_t got = read(port, pending + length, sizeof pending - length);
        if (got <= 0) return false;
        length += (size_t)got;
    }
    return true;
}
