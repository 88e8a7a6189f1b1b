import { CborCodec, cbor } from '@smithy/core/cbor';
import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../contract/aws-error.ts';

/** Decodes an RPC v2 CBOR body into an SDK-shaped object; throws SerializationException for what is none. */
export function decodeCbor(schema: NormalizedSchema, body: Uint8Array): object {
  if (body.length === 0 || schema.isUnitSchema()) return {};
  try {
    return new CborCodec().createDeserializer().read(schema, body) as object;
  } catch (cause) {
    throw new AwsError('SerializationException', `the body is not CBOR: ${cause}`);
  }
}

/** Encodes an SDK-shaped object as an RPC v2 CBOR body. */
export function encodeCbor(schema: NormalizedSchema, value: unknown): Uint8Array {
  if (schema.isUnitSchema()) return cbor.serialize({});
  const serializer = new CborCodec().createSerializer();
  serializer.write(schema, value ?? {});
  return serializer.flush();
}

/** Encodes an error as an RPC v2 CBOR body. */
export function encodeCborError(type: string, message: string): Uint8Array {
  return cbor.serialize({ __type: type, message });
}
