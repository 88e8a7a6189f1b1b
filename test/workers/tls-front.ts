import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';

/** Answers with TLS, as AWS does, for a server without it. */
export interface TlsFront {
  readonly port: number;
  /** The file of the certificate that a worker must trust. */
  readonly certificate: string;
  readonly close: () => Promise<void>;
}

/**
 * Starts a front with a new certificate, which openssl makes.
 * @param hosts names it may answer for, perhaps with a `*`
 * @param directory where key and certificate are written
 */
export async function startTlsFront(toPort: number, hosts: readonly string[], directory: string): Promise<TlsFront> {
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')];
  makeCertificate(key, certificate, hosts);
  const sockets = new Set<Socket>();
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (socket) => {
    const onward = connect(toPort, '127.0.0.1');
    for (const end of [socket, onward]) {
      sockets.add(end);
      end.on('error', () => {
        socket.destroy();
        onward.destroy();
      });
    }
    onward.pipe(socket).pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    certificate,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function makeCertificate(key: string, certificate: string, hosts: readonly string[]): void {
  const names = hosts.map((host) => `DNS:${host}`).join(',');
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const what = ['-days', '2', '-subj', '/CN=emulated AWS', '-addext', `subjectAltName=${names}`];
  const args = ['req', '-x509', ...curve, ...what, '-keyout', key, '-out', certificate];
  const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl made no certificate: ${stderr}`);
}
