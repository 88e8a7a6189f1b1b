import type { CloudFormation, Deployment, Stack } from '../state.ts';
import { evaluate, functionCall } from '../template/intrinsics.ts';
import { isObject } from '../template/template.ts';
import { currentResources, scopeOf } from './deployment.ts';

/** The names of the exports that a deployment's resources and outputs import. */
export function findImports(cloud: CloudFormation, stack: Stack, deployment: Deployment): ReadonlySet<string> {
  const scope = scopeOf(cloud, stack, deployment, currentResources(cloud, stack));
  const { resources, outputs } = deployment.compiled;
  const values = [...[...resources.values()].map(({ properties }) => properties), ...outputs.map(({ value }) => value)];
  return new Set(values.flatMap(importArguments).map((argument) => String(evaluate(argument, scope))));
}

function importArguments(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(importArguments);
  if (!isObject(value)) return [];
  const call = functionCall(value);
  if (call?.name === 'Fn::ImportValue') return [call.argument];
  return Object.values(value).flatMap(importArguments);
}
