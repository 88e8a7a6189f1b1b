/** The steps call no API that streams events, so the bundles leave out the SDK's code for it. */
export const eventStreamSerdeProvider = (): never => {
  throw new TypeError('The bundles hold no code for event streams (build/trimming.ts).');
};

/** Never constructed, because the SDK asks its provider first. */
export class EventStreamSerde {}
