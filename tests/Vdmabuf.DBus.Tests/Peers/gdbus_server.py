"""A GDBus server on a unix socket, as QEMU is one: authentication server, fds, calls back.

Usage: gdbus_server.py SOCKET. Prints READY when it listens; serves one connection; ends with it.
"""
import os
import socket
import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib

XML = """
<node><interface name="org.example.Glib">
  <method name="Identity"><arg type="s" direction="out"/></method>
  <method name="Content"><arg type="h" direction="in"/><arg type="s" direction="out"/></method>
  <method name="Give"><arg type="h" direction="out"/></method>
  <method name="Fail"/>
  <method name="Burst"><arg type="u" direction="in"/><arg type="u" direction="in"/></method>
  <method name="Register"><arg type="s" direction="out"/></method>
  <method name="Leave"/>
  <property name="Width" type="u" access="read"/>
</interface></node>
"""
LISTENER = "/org/qemu/Display1/Listener"
IFACE = "org.qemu.Display1.Listener"


def main():
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(sys.argv[1])
    listening.listen(1)
    print("READY", flush=True)
    accepted, _ = listening.accept()
    listening.close()
    stream = Gio.Socket.new_from_fd(accepted.detach()).connection_factory_create_connection()
    # Blocks until authentication is done, as QEMU does for listeners.
    connection = Gio.DBusConnection.new_sync(
        stream, Gio.dbus_generate_guid(), Gio.DBusConnectionFlags.AUTHENTICATION_SERVER
        | Gio.DBusConnectionFlags.DELAY_MESSAGE_PROCESSING, None, None)
    loop = GLib.MainLoop()
    serve(connection)
    connection.connect("closed", lambda *_: loop.quit())
    connection.start_message_processing()
    loop.run()


def burst(connection, count, size):
    data = GLib.Variant.new_from_bytes(GLib.VariantType("ay"), GLib.Bytes.new(bytes([0x5A]) * size), True)
    for index in range(count):
        args = GLib.Variant.new_tuple(
            GLib.Variant("u", index), GLib.Variant("u", 1), GLib.Variant("u", size), GLib.Variant("u", 0x20020888), data)
        message = Gio.DBusMessage.new_method_call(None, LISTENER, IFACE, "Scanout")
        message.set_flags(Gio.DBusMessageFlags.NO_REPLY_EXPECTED)
        message.set_body(args)
        connection.send_message(message, Gio.DBusSendMessageFlags.NONE)


def serve(connection):
    def call(_connection, _sender, _path, _iface, method, args, invocation):
        if method == "Identity":
            credentials = connection.get_peer_credentials()
            invocation.return_value(GLib.Variant("(s)", (str(credentials.get_unix_user()) if credentials else "none",)))
        elif method == "Content":
            fds = invocation.get_message().get_unix_fd_list()
            fd = fds.get(args[0])
            text = os.pread(fd, 100, 0).decode()
            os.close(fd)
            invocation.return_value(GLib.Variant("(s)", (text,)))
        elif method == "Give":
            fd = os.memfd_create("given")
            os.write(fd, b"from glib")
            fds = Gio.UnixFDList.new()
            index = fds.append(fd)
            os.close(fd)
            invocation.return_value_with_unix_fd_list(GLib.Variant("(h)", (index,)), fds)
        elif method == "Fail":
            invocation.return_dbus_error("org.qemu.Display1.Error.Invalid", "no such thing")
        elif method == "Burst":
            invocation.return_value(None)
            burst(connection, args[0], args[1])
        elif method == "Register":
            # The listener's properties are read synchronously, before the call is answered.
            reply = connection.call_sync(
                None, LISTENER, "org.freedesktop.DBus.Properties", "GetAll", GLib.Variant("(s)", (IFACE,)),
                GLib.VariantType("(a{sv})"), Gio.DBusCallFlags.NONE, 10000, None)
            extra = connection.call_sync(
                None, LISTENER, "org.freedesktop.DBus.Properties", "GetAll", GLib.Variant("(s)", (IFACE + ".Unix.Map",)),
                GLib.VariantType("(a{sv})"), Gio.DBusCallFlags.NONE, 10000, None)
            invocation.return_value(GLib.Variant("(s)", (repr(reply.unpack()) + repr(extra.unpack()),)))
        elif method == "Leave":
            connection.close_sync(None)

    info = Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0]
    connection.register_object(
        "/org/example/Glib", info, call, lambda *_: GLib.Variant("u", 640), None)


main()
