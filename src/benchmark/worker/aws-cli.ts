import { spawnSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';

/** The AWS CLI of this machine. */
export interface AwsCli {
  /** As `aws --version` says it, such as `aws-cli/2.15.0`. */
  readonly version: string;
  /** A PATH that finds it, and the Node.js that runs this. */
  readonly path: string;
}

/** Looks for the AWS CLI; undefined if there is none. */
export function findAwsCli(): AwsCli | undefined {
  // Pyenv's own stand-in takes a tenth of a second before each command, which no worker pays.
  const real = output('pyenv', ['which', 'aws']);
  const path = [real && dirname(real), plainPath()].filter(Boolean).join(delimiter);
  const version = output('aws', ['--version'], path)?.split(' ')[0];
  return version === undefined ? undefined : { version, path };
}

/** The PATH of scripts that need no AWS CLI. */
export function plainPath(): string {
  return [dirname(process.execPath), process.env['PATH'] ?? '/usr/bin:/bin'].join(delimiter);
}

function output(program: string, args: readonly string[], path = plainPath()): string | undefined {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, PATH: path } });
  return status === 0 ? stdout.trim() : undefined;
}
