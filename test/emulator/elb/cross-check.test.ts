import {
  ElasticLoadBalancingV2,
  ElasticLoadBalancingV2ServiceException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MotoServer, requireProgram, startMotoServer } from '../../support/cross-check.ts';
import { clientSettings, openScene, type Scene } from '../scene.ts';
import { conversation, type Remembered } from './conversation.ts';

const present = requireProgram('moto_server');

/** Where moto_server's answers differ, in which steps (all unless named), and why the emulator does not follow it. */
const differences: readonly { readonly path: RegExp; readonly steps?: RegExp; readonly why: string }[] = [
  {
    path: /^message$/,
    steps: /gone$|in use$|taken$/,
    why: "moto's own wording; code and shape of the error are the same",
  },
  { path: /^(error|message|Rules.*)$/, steps: /too large/, why: 'AWS takes weights from 0 to 999; moto takes any' },
  {
    path: /^(error)?$/,
    steps: /delete a rule that is gone/,
    why: 'AWS documents RuleNotFound for DeleteRule; moto succeeds',
  },
  { path: /\.PathPatternConfig\./, why: 'AWS shows a path condition in both its forms; moto in the form it was sent' },
  {
    path: /\.ForwardConfig\./,
    steps: /test rule|one group/,
    why: 'AWS shows a single target group both as TargetGroupArn and as ForwardConfig; moto in the form it was sent',
  },
  {
    path: /^Rules\./,
    steps: /rules of a listener$/,
    why: 'AWS lists rules by priority; moto in the order of their creation',
  },
  {
    path: /\.LoadBalancerArns/,
    steps: /group/,
    why: 'moto leaves an empty list out, and names a load balancer once for each rule that uses the group',
  },
  {
    path: /\.(Scheme|VpcId|State\.Code|CanonicalHostedZoneId|DNSName|SecurityGroups|AvailabilityZones\.\d\.\w+)$/,
    steps: /create a load balancer/,
    why: 'the emulator has no VPCs and starts load balancers at once; moto has no DNS-like name, zone or default scheme',
  },
  {
    path: /\.(AlpnPolicy|SslPolicy)$/,
    steps: /listener/,
    why: 'a plain HTTP listener has no TLS policy; moto gives it one',
  },
  {
    path: /^(AvailabilityZones\.\d\.\w+|IpAddressType)$/,
    steps: /change the subnets/,
    why: 'the emulator gives zones in the order of the subnets; moto leaves addresses and the address type out',
  },
  { path: /^Attributes\./, why: 'AWS answers with every attribute; moto with those that were set' },
];

describe.runIf(present)('the same ELBv2 conversation with moto_server', () => {
  let scene: Scene;
  let moto: MotoServer;
  let ours: Map<string, unknown>;
  let theirs: Map<string, unknown>;

  beforeAll(async () => {
    [scene, moto] = await Promise.all([openScene({ pageSize: 100 }), startMotoServer()]);
    const place = await findSubnets(moto.url);
    ours = await converse(scene.emulator.url, place);
    theirs = await converse(moto.url, place);
  });
  afterAll(() => Promise.all([scene?.close(), moto?.close()]));

  const differing = (step: string): string[] => {
    const [mine, other] = [flatten(ours.get(step)), flatten(theirs.get(step))];
    return [...new Set([...mine.keys(), ...other.keys()])].filter((path) => mine.get(path) !== other.get(path));
  };

  it.each(conversation.map(([step]) => step))('%s: the same, except for known differences', (step) => {
    const known = differences.filter(({ steps }) => !steps || steps.test(step));
    expect(differing(step).filter((path) => !known.some((difference) => difference.path.test(path)))).toEqual([]);
  });

  it.each(differences)('$why ($path): still different', ({ path, steps }) => {
    const affected = conversation.filter(([step]) => !steps || steps.test(step));
    expect(affected.flatMap(([step]) => differing(step)).filter((each) => path.test(each))).not.toEqual([]);
  });
});

async function converse(endpoint: string, place: Pick<Remembered, 'subnets' | 'vpc'>): Promise<Map<string, unknown>> {
  const elb = new ElasticLoadBalancingV2(clientSettings(endpoint));
  const known: Remembered = { ...place, arns: new Map() };
  const outcomes = new Map<string, unknown>();
  for (const [name, step] of conversation) {
    try {
      const { $metadata: _metadata, ...answer } = (await step(elb, known)) as Record<string, unknown>;
      outcomes.set(name, normalize(answer));
    } catch (error) {
      if (!(error instanceof ElasticLoadBalancingV2ServiceException)) throw error;
      outcomes.set(name, { error: error.name, message: normalize(error.message) });
    }
  }
  elb.destroy();
  return outcomes;
}

/** Replaces ids and times, which differ in every run. */
function normalize(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\b[0-9a-f]{16}\b/g, 'ID').replace(/\b\d{12}\b/g, 'ACCOUNT');
  if (value instanceof Date) return 'TIME';
  if (Array.isArray(value)) return value.map(normalize);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([key, item]) => [key, normalize(item)]),
  );
}

/** Every leaf by its path, including empty lists and structures. */
function flatten(value: unknown, path = ''): Map<string, unknown> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (entries.length === 0) return new Map([[path, JSON.stringify(value)]]);
  return new Map(entries.flatMap(([key, item]) => [...flatten(item, path ? `${path}.${key}` : key)]));
}

/** moto_server, unlike the emulator, requires subnets that it has created itself. */
async function findSubnets(url: string): Promise<Pick<Remembered, 'subnets' | 'vpc'>> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'Action=DescribeSubnets&Version=2016-11-15',
  });
  const xml = await answer.text();
  const ids = (name: string) =>
    [...xml.matchAll(new RegExp(`<${name}>([^<]+)</${name}>`, 'g'))].map((match) => match[1] ?? '');
  return { subnets: ids('subnetId').slice(0, 2), vpc: ids('vpcId')[0] ?? '' };
}
