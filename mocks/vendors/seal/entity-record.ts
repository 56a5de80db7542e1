import type { Item } from '../kit.ts'

export interface Reference {
  readonly id: string
  readonly version?: string | null
}

export interface Field {
  readonly id: string
  readonly type: string
  readonly dataType: string | null
  readonly value: unknown
  readonly config: Item
}

export interface StatusTag {
  readonly text: string
  readonly intent: string
}

/** An entity as stored: the fields in answers, and where it belongs. */
export interface Entity extends Item {
  readonly id: string
  readonly kind: 'TYPE' | 'TEMPLATE' | 'VARIANT' | 'INSTANCE'
  readonly title: string
  readonly status: 'EDITABLE' | 'IN_VALIDATION' | 'IN_REVIEW' | 'FINISHED'
  readonly statusTag?: StatusTag | null
  readonly version: string | null
  readonly previousVersion: string | null
  readonly type?: { readonly ref: { readonly id: string } }
  readonly contentType?: string
  readonly instanceConfig?: Item
  readonly sourceInfo: {
    readonly template?: Reference
    readonly submissionField?: { readonly fieldId: string; readonly fieldName: string; readonly parentEntityId: string }
  }
  readonly metadata: Item
  readonly fields: Readonly<Record<string, Field>>
  readonly content?: { readonly type: string; readonly value?: Item }
  readonly archived?: boolean
  /** Slug of its system. */
  readonly system?: string
  /** The change set that contains its draft, or last did. */
  readonly changeSet?: string
  /** Versions published before the current draft. */
  readonly published?: Readonly<Record<string, Entity>>
}
