/** What the emulator did differently from AWS, in the order in which it happened. */
export interface Notes {
  /** Records a note only once, however often it is repeated. */
  note(text: string): void;
  list(): readonly string[];
  /** Calls a listener for every later note. */
  onNote(listener: (text: string) => void): void;
}

export function createNotes(): Notes {
  const told = new Set<string>();
  const listeners: ((text: string) => void)[] = [];
  return {
    note: (text) => {
      if (told.has(text)) return;
      told.add(text);
      for (const listener of listeners) listener(text);
    },
    list: () => [...told],
    onNote: (listener) => void listeners.push(listener),
  };
}
