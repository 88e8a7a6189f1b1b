/** Requests to an Octopus Server as any client would make them. */
export interface Rest {
  /** Address of the web portal. */
  readonly url: string;
  /** Rejects with RestError. @param path below `/api`, such as `Spaces-1/projects` */
  readonly call: <T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) => Promise<T>;
}

/** The server refused a request, or could not be reached. */
export class RestError extends Error {
  override readonly name = 'RestError';
  /** Of HTTP; undefined without an answer. */
  readonly status: number | undefined;

  constructor(status: number | undefined, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** A page of a collection. */
export interface Items<T> {
  readonly Items: readonly T[];
  readonly TotalResults: number;
}

/** Anything with an id and a name. */
export interface Named {
  readonly Id: string;
  readonly Name: string;
}

export function createRest(url: string, apiKey: string): Rest {
  const headers = { 'X-Octopus-ApiKey': apiKey, 'content-type': 'application/json' };
  return {
    url,
    call: async <T>(method: string, path: string, body?: object) => {
      const signal = AbortSignal.timeout(120_000);
      const sent = { method, headers, signal, ...(body && { body: JSON.stringify(body) }) };
      const response = await fetch(`${url}/api/${path}`, sent).catch(throwUnreachable);
      const text = await response.text();
      const answer = parse(text) as T & Refused;
      if (response.ok) return answer;
      const said = [answer.ErrorMessage, ...(answer.Errors ?? [])].filter(Boolean).join(' ') || text.slice(0, 200);
      throw new RestError(response.status, `${response.status}: ${said}`);
    },
  };
}

interface Refused {
  readonly ErrorMessage?: string;
  readonly Errors?: readonly string[];
}

/** Node.js says only `fetch failed`, and has the reason as its cause. */
function throwUnreachable(error: Error): never {
  const { cause = error } = error;
  throw new RestError(undefined, cause instanceof Error ? cause.message || error.message : String(cause), {
    cause: error,
  });
}

/** A page of a proxy, for example, is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text);
  } catch {
    return {};
  }
}
