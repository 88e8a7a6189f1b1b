import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { ECS } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { rehearsalCredentials } from '../../src/rehearsal/scene.ts';
import { requireProgram, runProgram } from './cross-check.ts';

/** The complete `aws …` commands in a text, each as the words that a shell would pass on; commands that are only mentioned have no options. */
export function awsCommandsIn(text: string): readonly (readonly string[])[] {
  return [...text.matchAll(/\baws (?=[a-z\d]+ [a-z-]+ --)/g)]
    .map(({ index }) => shellWords(text.slice(index).split('\n')[0] ?? ''))
    .filter((words) => !words.includes('…'));
}

const tried = new Set<string>();
let hasCli: boolean | undefined;

/**
 * Runs a command as an operator whose AWS CLI is set to another region. The CLI takes a second to start, so it runs each
 * operation once; its meaning for the SDK is enough after that, and where the CLI is not installed.
 */
export async function runAwsCommand(endpoint: string, words: readonly string[]): Promise<void> {
  hasCli ??= requireProgram('aws');
  const operation = words.slice(0, 3).join(' ');
  if (!hasCli || tried.has(operation)) return interpret(endpoint, words);
  tried.add(operation);
  const { status, stderr } = await runProgram('aws', [...words.slice(1), '--endpoint-url', endpoint], {
    AWS_ACCESS_KEY_ID: rehearsalCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: rehearsalCredentials.secretAccessKey,
    AWS_REGION: 'eu-north-1',
    AWS_DEFAULT_REGION: 'eu-north-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
  });
  if (status !== 0) throw new Error(`${words.join(' ')} failed: ${stderr}`);
}

/** Splits at spaces outside quotes, up to a word that only the sentence around the command can have. */
function shellWords(text: string): readonly string[] {
  const words: string[] = [];
  for (const [word] of text.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/g)) {
    if (/^([;,.(]|and|or)/.test(word)) break;
    const plain = word.replace(/'([^']*)'|\\(.)/g, '$1$2');
    const isLast = /[^'][.,;)]+$/.test(word);
    words.push(isLast ? plain.replace(/[.,;)]+$/, '') : plain);
    if (isLast) break;
  }
  return words;
}

/** The operations that hints use, each called as its SDK does; the member names follow from the options. */
async function interpret(
  endpoint: string,
  [, service = '', operation = '', ...options]: readonly string[],
): Promise<void> {
  const { region, ...input } = inputOf(options, service === 'ecs');
  const config = { endpoint, region: String(region), credentials: rehearsalCredentials };
  const clients: Readonly<Record<string, () => object>> = {
    ecs: () => new ECS(config),
    elbv2: () => new ElasticLoadBalancingV2(config),
    cloudformation: () => new CloudFormation(config),
  };
  const client = clients[service]?.() as Record<string, ((input: object) => Promise<unknown>) | undefined> | undefined;
  const name = camel(operation);
  if (!client?.[name]) throw new Error(`the SDK has no operation ${service} ${operation}`);
  await client[name](input);
}

function inputOf(options: readonly string[], isCamel: boolean): Readonly<Record<string, unknown>> {
  const entries: [string, unknown][] = [];
  for (let at = 0; at < options.length; at += 1) {
    const option = options[at]?.slice(2) ?? '';
    const isFlag = options[at + 1]?.startsWith('--') ?? true;
    const name = camel(option.replace(/^no-/, ''));
    const key = isCamel || name === 'region' ? name : name.replace(/^./, (first) => first.toUpperCase());
    entries.push([key, isFlag ? !option.startsWith('no-') : typedValue(option, options[at + 1] ?? '')]);
    if (!isFlag) at += 1;
  }
  return Object.fromEntries(entries);
}

/** JSON, the CLI's short form of a structure or of a list with one, or text. */
function typedValue(option: string, typed: string): unknown {
  if (/^[[{]/.test(typed)) return JSON.parse(typed);
  if (!/^\w+=/.test(typed)) return option.endsWith('-keys') ? [typed] : typed;
  const pairs = typed.split(',').map((pair) => pair.split('=') as [string, string]);
  const value = Object.fromEntries(pairs.map(([key, text]) => [key, /^\d+$/.test(text) ? Number(text) : text]));
  return option.endsWith('s') ? [value] : value;
}

function camel(kebab: string): string {
  return kebab.replace(/-(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
