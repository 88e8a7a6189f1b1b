import http from 'node:http';
import https from 'node:https';
import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';
import { chooseProxy, type Environment, namesProxy } from './proxy-choice.ts';

/**
 * The agents through which the SDK connects, as it reads no proxy from the environment itself; none if no proxy is set.
 * @param timeoutMs how long a proxy may take to connect to AWS, in milliseconds
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
  new Error("The proxy address in the worker's environment is not of the form http://host:port."),
  { name: 'ProxyRefusal' },
);

/** Names the proxy, without the user and password that its address may hold. */
function explain(error: Error, { protocol, host }: URL, target: string): Error {
  const status = /^Bad response: (\d+)/.exec(error.message)?.[1] ?? '';
  const said = status === '' ? error.message : `it answered ${status}`;
  // A refusal is permanent, while other faults of a proxy are temporary, as those of any network.
  const kind = status.startsWith('4') ? { name: 'ProxyRefusal' } : { name: 'ProxyFault', code: 'EPROXY' };
  return Object.assign(new Error(`The proxy ${protocol}//${host} did not connect to ${target}: ${said}.`), kind);
}
