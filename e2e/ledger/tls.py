#!/usr/bin/env python3
"""Stands before a witness and speaks TLS for it, with a certificate of an authority of its own.

Usage: tls.py TARGET_PORT CA_FILE; prints the port it listens on.
"""

import asyncio
import ssl
import sys

import trustme


async def pipe(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def main():
    target, authority = int(sys.argv[1]), trustme.CA()
    authority.cert_pem.write_to_path(sys.argv[2])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)

    async def serve(reader, writer):
        own_reader, own_writer = await asyncio.open_connection("127.0.0.1", target)
        await asyncio.gather(pipe(reader, own_writer), pipe(own_reader, writer))

    server = await asyncio.start_server(serve, "localhost", 0, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
