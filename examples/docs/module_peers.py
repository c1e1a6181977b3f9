"""Peers from the module that Tenon prints, for the docs: module_peers.py PONG PING runs each against a program."""

import subprocess
import sys

# [client]
import ping_pong_module as messages


def ask(address):
    """A client of a Tenon process."""
    with messages.Client(address) as client:
        print(client.request(messages.ping(3), timeout=5.0))  # pong(count=3)
        try:
            client.request(messages.ping(2**31))
        except messages.Failure as failure:
            print(failure.code, failure.text)  # 6 value out of range
        client.send(messages.plzdiekthxbye())  # a command: there is no reply to wait for
# [/client]


# [server]
class Pong(messages.Handler):
    """What the server does; a unit test calls the methods."""

    def on_ping(self, message, peer):
        return messages.pong(message.count)

    def on_plzdiekthxbye(self, message, peer):
        self.server.stop()


def answer(server):
    """A server of Tenon's processes and clients: messages.Server(Pong(), "tcp://127.0.0.1:5555")."""
    with server:
        server.serve()
# [/server]


def main():
    pong, ping = sys.argv[1:]
    with subprocess.Popen([pong, "--bind", "127.0.0.1"], stdout=subprocess.PIPE, text=True) as program:
        ask(program.stdout.readline().split()[-1])
        if program.wait(timeout=10) != 0:
            sys.exit(f"pong ended with code {program.returncode}")

    server = messages.Server(Pong(), "tcp://127.0.0.1:*")
    address = server.address.removeprefix("tcp://")
    with subprocess.Popen([ping, "--connect", address, "--count", "2", "--stop"]) as program:
        answer(server)
        if program.wait(timeout=10) != 0:
            sys.exit(f"ping ended with code {program.returncode}")


main()
