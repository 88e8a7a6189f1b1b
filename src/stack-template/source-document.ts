import type { Document, ParsedNode } from 'yaml';

/** A parsed text whose nodes know their place in it. */
export interface SourceDocument {
  readonly contents: ParsedNode | null;
  /** Line and column, both from 1, of an offset in the text. */
  readonly position: (offset: number) => string;
  /** The document itself, for edits that cannot be made in the text. */
  readonly document: Document.Parsed;
}
