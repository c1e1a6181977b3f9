"""Peers in plain pyzmq, for the docs: pyzmq_peers.py PONG PING runs each against the program at the other end."""

import json
import subprocess
import sys

import zmq


# [client]
def ask(address):
    """A REQ socket as client of a Tenon process."""
    with zmq.Context() as context, context.socket(zmq.REQ) as socket:
        socket.connect(address)
        socket.send(json.dumps(["ping", 3]).encode())
        print(json.loads(socket.recv()))  # ['pong', 3]

        socket.send(json.dumps(["ping", "three"]).encode())
        print(json.loads(socket.recv()))  # ['failure', {'code': 5, 'text': ...}]

        socket.send(json.dumps(["plzdiekthxbye", None]).encode())  # a command: there is no reply to wait for
# [/client]


# [server]
def answer(socket):
    """A REP socket as server of a Tenon client."""
    while True:
        kind, data = json.loads(socket.recv())
        if kind == "ping":
            socket.send(json.dumps(["pong", data]).encode())
        elif kind == "plzdiekthxbye":
            return  # a command is not answered
        else:
            socket.send(json.dumps(["failure", {"code": 4, "text": "unknown message"}]).encode())
# [/server]


def main():
    pong, ping = sys.argv[1:]
    with subprocess.Popen([pong, "--bind", "127.0.0.1"], stdout=subprocess.PIPE, text=True) as server:
        ask(server.stdout.readline().split()[-1])
        if server.wait(timeout=10) != 0:
            sys.exit(f"pong ended with code {server.returncode}")

    with zmq.Context() as context, context.socket(zmq.REP) as socket:
        port = socket.bind_to_random_port("tcp://127.0.0.1")
        with subprocess.Popen([ping, "--connect", f"127.0.0.1:{port}", "--count", "2", "--stop"]) as client:
            answer(socket)
            if client.wait(timeout=10) != 0:
                sys.exit(f"ping ended with code {client.returncode}")


main()
