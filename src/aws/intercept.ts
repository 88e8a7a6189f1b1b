import type { Aws } from './aws.ts';

/** One call of the `Aws` port, for example `ecs` `describeService` with its arguments. */
export interface AwsCall {
  readonly service: 'cloudFormation' | 'ecs' | 'loadBalancing' | 'cloudWatch';
  readonly method: string;
  readonly input: readonly unknown[];
}

/** An `Aws` whose every call goes through `around`, which may or may not make it. */
export function interceptAws(aws: Aws, around: <T>(carryOut: () => Promise<T>, call: AwsCall) => Promise<T>): Aws {
  const intercepted = <S extends object>(service: AwsCall['service'], methods: S): S =>
    Object.fromEntries(
      Object.entries(methods).map(([method, run]) => [
        method,
        (...input: unknown[]) => around(() => run(...input), { service, method, input }),
      ]),
    ) as S;
  return {
    region: aws.region,
    now: aws.now,
    cloudFormation: intercepted('cloudFormation', aws.cloudFormation),
    ecs: intercepted('ecs', aws.ecs),
    loadBalancing: intercepted('loadBalancing', aws.loadBalancing),
    ...(aws.cloudWatch && { cloudWatch: intercepted('cloudWatch', aws.cloudWatch) }),
  };
}
