import { HttpResponse } from '@smithy/core/transport';
import type { DeserializeMiddleware, MiddlewareStack } from '@smithy/types';

/** AWS's clock, as its responses give it. */
export interface AwsTime {
  /** Epoch milliseconds; before the first answer, by the worker's clock. */
  readonly now: () => number;
  /** Learns the time from every response to a client. */
  readonly follow: <C extends Answering>(client: C) => C;
}

/** A client of the SDK, as far as its responses are concerned. */
export interface Answering {
  // biome-ignore lint/suspicious/noExplicitAny: each client has messages of its own.
  readonly middlewareStack: Pick<MiddlewareStack<any, any>, 'add'>;
}

/** AWS answers nothing without it. */
const requestId = 'x-amzn-requestid';

/** A clock for all clients of one connection, because the worker's own may be wrong. */
export function createAwsTime(): AwsTime {
  // The time at which this process's monotonic counter was 0; nobody can set that counter during a run.
  let origin = performance.timeOrigin;
  const listen: DeserializeMiddleware<object, object> = (next) => async (args) => {
    const result = await next(args);
    const headers: Record<string, string> = HttpResponse.isInstance(result.response) ? result.response.headers : {};
    // The page of a proxy has a time too, of a clock that may be wrong.
    const told = requestId in headers ? Date.parse(headers['date'] ?? '') : Number.NaN;
    if (!Number.isNaN(told)) origin = told - performance.now();
    return result;
  };
  return {
    now: () => origin + performance.now(),
    follow: (client) => {
      client.middlewareStack.add(listen, { step: 'deserialize', priority: 'low' });
      return client;
    },
  };
}
