import type { Properties } from '../template/template.ts';
import { type HandlerContext, HandlerFailure, type ResourceHandler } from './handler.ts';

type Moment = 'create' | 'update' | 'delete' | 'rollback';

/**
 * Test::Fake::Resource, for tests of stack operations. `Value` changes in place, `Identity` by replacement. `DelaySeconds` slows
 * down create and update, `DeleteSeconds` delete. `Fail` is true, one operation, or `rollback-once`: the first rollback to it fails.
 */
export const fakeHandler: ResourceHandler = {
  properties: ['Value', 'Identity', 'Fail', 'DelaySeconds', 'DeleteSeconds', 'Tags'],
  required: [],
  createOnly: ['Identity'],
  attributes: ['Value', 'Arn'],
  taggable: true,
  create: async (context, properties) => {
    const physicalId = `fake-${context.id(8)}`;
    context.initiated(physicalId);
    await act(context, 'create', properties);
    return { physicalId, attributes: { Value: String(properties['Value'] ?? ''), Arn: `arn:fake:${physicalId}` } };
  },
  update: async (context, resource, next) => {
    await act(context, context.phase === 'rollback' ? 'rollback' : 'update', next);
    return { ...resource.attributes, Value: String(next['Value'] ?? '') };
  },
  delete: async (context, resource) => {
    await context.pause(Number(resource.properties['DeleteSeconds'] ?? 0));
    if (fails('delete', resource.properties)) throw failure('delete', context);
  },
};

const failedOnce = new WeakSet<object>();

async function act(context: HandlerContext, moment: Moment, properties: Properties): Promise<void> {
  await context.pause(Number(properties['DelaySeconds'] ?? 0));
  if (fails(moment, properties)) throw failure(moment, context);
  if (moment !== 'rollback' || properties['Fail'] !== 'rollback-once' || failedOnce.has(properties)) return;
  failedOnce.add(properties);
  throw failure(moment, context);
}

function fails(moment: Moment, properties: Properties): boolean {
  const fail = String(properties['Fail'] ?? 'false');
  return fail === moment || (fail === 'true' && (moment === 'create' || moment === 'update'));
}

function failure(moment: Moment, context: HandlerContext): HandlerFailure {
  return new HandlerFailure('GeneralServiceException', `${context.logicalId} was told to fail on ${moment}`);
}
