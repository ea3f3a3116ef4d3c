// Orders from outside, one line each over a serial port, and the answers and events that go back the same way.
//
//   go [N]        draw N more frames, or without end          -> held frame=F when N are done
//   hold          stop drawing                                -> held frame=F
//   mode WxH      next frame in this mode, on every head      -> mode WxH, or error
//   off H, on H   switch head H off or on                     -> off H, on H
//   cursor on|off, cursor X Y                                 -> cursor
//   quit          end the program                             -> done frames=F
//
// A `held` line is sent after the host has carried out all that was queued, so what the display shows is final.
#pragma once
#include <stdbool.h>
#include <stddef.h>

void control_open(const char *device);          // NULL: no control, events still go to standard output
void control_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Reads one order without its newline; waits up to `timeout` milliseconds (-1: until one comes). False when there is none.
bool control_next(char *line, size_t size, int timeout);
