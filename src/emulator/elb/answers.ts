import type { ServerResponse } from 'node:http';
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { RequestFacts } from './matching.ts';
import { locationOf } from './redirects.ts';
import type { ListenerState } from './state.ts';

/** Answers for a fixed-response action. */
export function answerFixed(action: Action, response: ServerResponse): void {
  const { StatusCode, ContentType, MessageBody } = action.FixedResponseConfig ?? {};
  response.writeHead(Number(StatusCode), ContentType ? { 'content-type': ContentType } : {}).end(MessageBody ?? '');
}

/** Answers for a redirect action, with its `#{…}` filled in from the request. */
export function answerRedirect(
  listener: ListenerState,
  action: Action,
  facts: RequestFacts,
  response: ServerResponse,
): void {
  const status = Number(action.RedirectConfig?.StatusCode?.slice(-3));
  response.writeHead(status, { location: locationOf(listener, action, facts) }).end();
}

/** Answers with an error page like a load balancer's. */
export function answerError(response: ServerResponse, status: 502 | 503 | 504): void {
  const title = { 502: 'Bad Gateway', 503: 'Service Temporarily Unavailable', 504: 'Gateway Time-out' }[status];
  const page = `<html>\r\n<head><title>${status} ${title}</title></head>\r\n<body>\r\n<center><h1>${status} ${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  response.writeHead(status, { 'content-type': 'text/html' }).end(page);
}
