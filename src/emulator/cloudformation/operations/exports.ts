import { importersOf, liveStacks } from '../engine/exports.ts';
import type { CloudFormation } from '../state.ts';
import { invalid, requireMember } from './lookup.ts';
import { page } from './paging.ts';

interface ExportRequest {
  readonly ExportName?: string;
  readonly NextToken?: string;
}

/** ListExports, paged. */
export function listExports(cloud: CloudFormation, request: ExportRequest): object {
  const all = liveStacks(cloud).flatMap(({ id, outputs }) =>
    outputs.flatMap(({ ExportName, OutputValue }) =>
      ExportName === undefined ? [] : [{ ExportingStackId: id, Name: ExportName, Value: OutputValue }],
    ),
  );
  const { items, ...next } = page(all, ({ Name }) => Name, request.NextToken, cloud.world.options.pageSize);
  return { Exports: items, ...next };
}

/** ListImports, paged. */
export function listImports(cloud: CloudFormation, request: ExportRequest): object {
  const name = requireMember(request.ExportName, 'exportName');
  const all = importersOf(cloud, name).map((stack) => stack.name);
  if (all.length === 0) throw invalid(`Export '${name}' is not imported by any stack.`);
  const { items, ...next } = page(all, (each) => each, request.NextToken, cloud.world.options.pageSize);
  return { Imports: items, ...next };
}
