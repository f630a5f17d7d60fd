import { createContext, useContext, useEffect } from 'react';

/** What a form must know of a field to speak of it: in the review of changes, in conflicts, in drafts. */
export interface FieldInfo {
  name: string;
  label: string;
  /** Its value is never kept in drafts nor shown. */
  secret?: boolean;
  display?: (value: unknown) => string;
}

export interface FieldDirectory {
  add: (field: FieldInfo) => () => void;
  list: () => readonly FieldInfo[];
}

export function createFieldDirectory(): FieldDirectory {
  let fields: readonly FieldInfo[] = [];
  return {
    add: (field) => {
      fields = [...fields.filter((other) => other.name !== field.name), field];
      return () => {
        fields = fields.filter((other) => other !== field);
      };
    },
    list: () => fields,
  };
}

export const FieldDirectoryContext = createContext<FieldDirectory>(createFieldDirectory());

export function useFieldInfo({ name, label, secret, display }: FieldInfo): void {
  const directory = useContext(FieldDirectoryContext);
  useEffect(() => directory.add({ name, label, secret, display }), [directory, name, label, secret, display]);
}
