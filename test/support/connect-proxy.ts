import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A real HTTP proxy on 127.0.0.1. */
export interface ConnectProxy {
  readonly port: number;
  /** The requests, for example `CONNECT ecs.eu-west-1.amazonaws.com:443`. */
  readonly asked: readonly string[];
  /** The credentials that came with each, decoded; empty for none. */
  readonly credentials: readonly string[];
  readonly close: () => Promise<void>;
}

/** How a proxy answers a CONNECT request. */
export type Conduct =
  | { readonly kind: 'tunnel'; readonly toPort: number }
  | { readonly kind: 'refuse'; readonly status: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'cut' };

/** Starts a proxy that treats every CONNECT alike, whatever its target. */
export async function startProxy(conduct: Conduct): Promise<ConnectProxy> {
  const asked: string[] = [];
  const credentials: string[] = [];
  const sockets = new Set<Duplex>();
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(501).end();
  });
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    asked.push(`CONNECT ${request.url}`);
    const encoded = request.headers['proxy-authorization']?.replace('Basic ', '') ?? '';
    credentials.push(Buffer.from(encoded, 'base64').toString());
    socket.on('error', () => socket.destroy());
    act(conduct, socket, sockets);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    credentials,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function act(conduct: Conduct, socket: Duplex, sockets: Set<Duplex>): void {
  if (conduct.kind === 'cut') socket.destroy();
  if (conduct.kind === 'refuse') socket.end(`HTTP/1.1 ${conduct.status} No\r\nContent-Length: 0\r\n\r\n`);
  if (conduct.kind !== 'tunnel') return;
  const onward = connect(conduct.toPort, '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    onward.pipe(socket).pipe(onward);
  });
  sockets.add(onward);
  onward.on('error', () => socket.destroy());
}
