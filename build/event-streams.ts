/** None of the APIs that the steps call streams events, so the bundles do without the SDK's code for it. */
export const eventStreamSerdeProvider = (): never => {
  throw new TypeError('The bundles hold no code for event streams (build/trimming.ts).');
};

/** Never made: its provider is asked first. */
export class EventStreamSerde {}
