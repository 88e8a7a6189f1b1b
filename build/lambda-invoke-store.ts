/** No step runs inside AWS Lambda, whose invocations the SDK would ask for trace ids to pass on. */
export const InvokeStore = { getInstanceAsync: async () => undefined };
