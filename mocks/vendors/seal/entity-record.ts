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

/** An entity as it is kept: what answers show, and where it belongs. */
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
  /** Slug of the system it lives in. */
  readonly system?: string
  /** The change set that its draft is, or last was, in. */
  readonly changeSet?: string
  /** Versions that were published before the present draft. */
  readonly published?: Readonly<Record<string, Entity>>
}
