import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a client and an endpoint, and counts what passes in both directions. */
export interface ByteRelay {
  readonly url: string;
  /** Bytes of HTTP, headers included, since it was opened. */
  readonly bytes: () => number;
  readonly close: () => Promise<void>;
}

/** Opens a relay to an HTTP endpoint on this machine. */
export async function openByteRelay(endpoint: string): Promise<ByteRelay> {
  const { hostname, port } = new URL(endpoint);
  const open = new Set<Socket>();
  let bytes = 0;
  const pass = (from: Socket, to: Socket): void => {
    from.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
    from.pipe(to);
  };
  const server = createServer((client) => {
    const upstream = connect({ host: hostname, port: Number(port) });
    open.add(client).add(upstream);
    pass(client, upstream);
    pass(upstream, client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes: () => bytes,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
