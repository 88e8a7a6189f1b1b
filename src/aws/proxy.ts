import http from 'node:http';
import https from 'node:https';
import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';
import { chooseProxy, type Environment, namesProxy } from './proxy-choice.ts';

/**
 * The agents through which the SDK connects, as it reads no proxy from the environment itself; none where that names none.
 * @param timeoutMs how long a proxy may take to open a way to AWS, in milliseconds
 */
export function proxyAgents(environment: Environment, timeoutMs: number) {
  if (!namesProxy(environment)) return {};
  const connectVia = (Tunnel: typeof HttpProxyAgent | typeof HttpsProxyAgent, direct: Connect, secure: boolean) =>
    ((options, callback) => {
      const [host, port] = [options.host ?? '', Number(options.port)];
      // Whether a host has a proxy is known only when it is called: each service has a host of its own.
      const address = chooseProxy(secure, host, port, environment);
      if (address === '') return direct(options, callback);
      const proxy = readAddress(address);
      const fail = (error: Error): void => callback?.(error, undefined as never);
      if (!proxy) return void fail(unusable);
      return new Tunnel({ ...pool, proxy }).createConnection({ ...options, timeout: timeoutMs }, (error, socket) =>
        error ? fail(explain(error, proxy, `${host}:${port}`)) : callback?.(null, socket),
      );
    }) satisfies Connect;
  const httpAgent = new http.Agent(pool);
  const httpsAgent = new https.Agent(pool);
  httpAgent.createConnection = connectVia(HttpProxyAgent, httpAgent.createConnection.bind(httpAgent), false);
  httpsAgent.createConnection = connectVia(HttpsProxyAgent, httpsAgent.createConnection.bind(httpsAgent), true);
  return { httpAgent, httpsAgent };
}

type Connect = http.Agent['createConnection'];

// As the SDK's own agents are.
const pool = { keepAlive: true, maxSockets: 50 };

function readAddress(text: string): URL | undefined {
  try {
    const url = new URL(text.includes('://') ? text : `http://${text}`);
    return /^https?:$/.test(url.protocol) ? url : undefined;
  } catch {
    return undefined;
  }
}

const unusable = Object.assign(
  new Error('The address of the proxy in the environment of the worker is not of the form http://host:port.'),
  { name: 'ProxyRefusal' },
);

/** Says which proxy it was, without the user and password that its address may hold. */
function explain(error: Error, { protocol, host }: URL, target: string): Error {
  const status = /^Bad response: (\d+)/.exec(error.message)?.[1] ?? '';
  const said = status === '' ? error.message : `it answered ${status}`;
  // A refusal stays one, while the faults of a proxy pass as those of any network do.
  const kind = status.startsWith('4') ? { name: 'ProxyRefusal' } : { name: 'ProxyFault', code: 'EPROXY' };
  return Object.assign(new Error(`The proxy ${protocol}//${host} opened no way to ${target}: ${said}.`), kind);
}
