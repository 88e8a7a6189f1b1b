import { createCommand, type OptionsOf } from '../command-line/command.ts';
import { readOptions } from '../command-line/read-options.ts';
import { matching } from '../command-line/value-parsers.ts';
import { nameCommand } from './command-name.ts';

const region = matching(/^[a-z]{2,}(-[a-z]+)+-\d+$/, 'a region such as eu-west-1');
const stack = matching(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, 'the name of a CloudFormation stack');
const service = matching(/^[A-Za-z0-9]{1,255}$/, 'the logical id of an ECS service in the stack');
const url = matching(/^https?:\/\/[^\s/]+\/?$/, 'a URL such as http://127.0.0.1:4566');

/** The command `history`. */
export function declareHistory() {
  return createCommand(
    nameCommand('history'),
    `Shows who decided what in the most recent canaries of a stack, on which evidence, and what came of it. It reads the tags of the ECS service and changes nothing.
It finds your AWS credentials as the AWS CLI does: environment variables, AWS_PROFILE, single sign-on.`,
  )
    .requiredOption('--stack <NAME>', 'the CloudFormation stack', stack)
    .option('--region <REGION>', 'the region of the stack (default: that of the environment or the profile)', region)
    .option('--service <LOGICAL_ID>', 'the ECS service, if the stack has several', service)
    .option(
      '--endpoint-url <URL>',
      'another AWS endpoint, for example that of an emulated AWS (default: AWS_ENDPOINT_URL)',
      url,
    )
    .option('--json', 'write JSON for programs');
}

/** The parsed arguments of `history`. */
export type HistoryCommand = OptionsOf<typeof declareHistory>;

/**
 * Reads the arguments of `history`.
 * @returns undefined after printing help
 * @throws UsageError with every problem at once
 */
export function readHistoryCommand(args: readonly string[], write: (text: string) => void): HistoryCommand | undefined {
  return readOptions(declareHistory(), args, write);
}
