/** The properties by which a fault matches a request. */
export interface SeenRequest {
  readonly method: string;
  /** Path below the server's root, for example `/api/Spaces-1/projects`. */
  readonly path: string;
}

/** What happens to a request in place of, or before, its answer. */
export type Fault =
  | { readonly kind: 'answer'; readonly status: number; readonly message: string }
  /** The connection breaks before the request is carried out. */
  | { readonly kind: 'drop' }
  /** The connection breaks after the request was carried out, so that the client cannot know. */
  | { readonly kind: 'drop after' }
  /** Another client acts before the request is carried out. */
  | { readonly kind: 'meanwhile'; readonly act: () => void | Promise<void> };

interface PlannedFault {
  readonly fault: Fault;
  readonly when: (request: SeenRequest) => boolean;
  left: number;
}

/** Planned faults, each for a number of requests. */
export interface Faults {
  /** @param times how many matching requests it affects */
  readonly plan: (fault: Fault, when: (request: SeenRequest) => boolean, times?: number) => void;
  readonly next: (request: SeenRequest) => Fault | undefined;
  /** Removes all faults that are still planned. */
  readonly clear: () => void;
}

export function createFaults(): Faults {
  const planned: PlannedFault[] = [];
  return {
    plan: (fault, when, times = 1) => planned.push({ fault, when, left: times }),
    next: (request) => {
      const due = planned.find(({ left, when }) => left > 0 && when(request));
      if (due !== undefined) due.left -= 1;
      return due?.fault;
    },
    clear: () => {
      planned.length = 0;
    },
  };
}
