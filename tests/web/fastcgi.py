"""The web server's side of FastCGI, for saying what no web server would say."""

import socket
import struct

BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR = 1, 2, 3, 4, 5, 6, 7


def record(kind, content=b"", request=1):
    return struct.pack(">BBHHBx", 1, kind, request, len(content), 0) + content


def _length(number):
    return struct.pack(">B", number) if number < 128 else struct.pack(">I", number | 0x80000000)


def begin(keep=False):
    return record(BEGIN, struct.pack(">HB5x", 1, 1 if keep else 0))


def params(variables):
    data = b""
    for name, value in variables.items():
        name, value = name.encode(), value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")
        data += _length(len(name)) + _length(len(value)) + name + value
    out = b""
    for at in range(0, len(data), 65000):
        out += record(PARAMS, data[at:at + 65000])
    return out + record(PARAMS)


def stdin(body):
    out = b""
    for at in range(0, len(body), 65000):
        out += record(STDIN, body[at:at + 65000])
    return out + record(STDIN)


def read_answer(connection):
    """(status, headers and body) of one request; None when the program broke off."""
    data, out = b"", b""
    while True:
        while len(data) >= 8:
            _, kind, _, length, padding = struct.unpack(">BBHHBx", data[:8])
            if len(data) < 8 + length + padding:
                break
            content, data = data[8:8 + length], data[8 + length + padding:]
            if kind == STDOUT:
                out += content
            elif kind == END:
                return int(out.split(b"Status: ", 1)[1][:3]), out
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece


def connect(path, timeout=15):
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(timeout)
    connection.connect(path)
    return connection


def ask(path, variables, body=b""):
    with connect(path) as connection:
        connection.sendall(begin() + params(variables) + stdin(body))
        return read_answer(connection)


def read_records(connection):
    """Every (kind, request, content) until the program closes; [] when it breaks off at once."""
    data, seen = b"", []
    while True:
        while len(data) >= 8:
            _, kind, request, length, padding = struct.unpack(">BBHHBx", data[:8])
            if len(data) < 8 + length + padding:
                break
            seen.append((kind, request, data[8:8 + length]))
            data = data[8 + length + padding:]
        try:
            piece = connection.recv(65536)
        except ConnectionResetError:
            piece = b""
        if not piece:
            return seen
        data += piece
