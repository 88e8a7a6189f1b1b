import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';

const name = 'AWSALBTG';

/** The target group that a client's cookie still binds it to, whatever the current weights are. */
export function stickyGroup(action: Action, cookies: string | undefined, now: Date): string | undefined {
  if (!action.ForwardConfig?.TargetGroupStickinessConfig?.Enabled) return undefined;
  const cookie = new RegExp(`(?:^|;\\s*)${name}=([^;]+)`).exec(cookies ?? '')?.[1];
  const [expires, group] = Buffer.from(cookie ?? '', 'base64url')
    .toString()
    .split(' ');
  const known = action.ForwardConfig.TargetGroups?.some(({ TargetGroupArn }) => TargetGroupArn === group);
  return known && Number(expires) > now.getTime() ? group : undefined;
}

/** The Set-Cookie headers that bind a client to a group; none without stickiness. They expire in emulated time. */
export function stickyCookies(action: Action, targetGroupArn: string, now: Date): string[] {
  const config = action.ForwardConfig?.TargetGroupStickinessConfig;
  if (!config?.Enabled) return [];
  const expires = new Date(now.getTime() + (config.DurationSeconds ?? 1) * 1000);
  const value = Buffer.from(`${expires.getTime()} ${targetGroupArn}`).toString('base64url');
  const attributes = `Expires=${expires.toUTCString()}; Path=/`;
  return [`${name}=${value}; ${attributes}`, `${name}CORS=${value}; ${attributes}; SameSite=None`];
}
