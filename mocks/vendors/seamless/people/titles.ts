/* Vendor code because department and seniority of a contact follow from its title. */
export const TITLES = [
  'VP of Sales',
  'Software Engineer',
  'Marketing Manager',
  'Chief Financial Officer',
  'Support Specialist',
  'HR Director',
  'Senior Account Executive',
  'Operations Manager',
  'Senior Data Engineer',
  'Legal Counsel',
  'IT Administrator',
  'Project Manager',
  'Chief Executive Officer',
  'Sales Director',
  'Junior Designer',
] as const

const SENIORITIES: ReadonlyArray<readonly [RegExp, string]> = [
  [/\bchief\b|\bC[A-Z]O\b/i, 'C-Level'],
  [/\bVP\b|vice president/i, 'VP'],
  [/director/i, 'Director'],
  [/manager/i, 'Manager'],
  [/senior/i, 'Senior'],
  [/junior|intern\b/i, 'Entry Level'],
  [/engineer|executive|counsel|specialist|administrator/i, 'Mid-Level'],
]

const DEPARTMENTS: ReadonlyArray<readonly [RegExp, string]> = [
  [/sales|account executive/i, 'Sales'],
  [/marketing/i, 'Marketing'],
  [/engineer/i, 'Engineering'],
  [/\bHR\b|people/i, 'Human Resources'],
  [/financ/i, 'Finance'],
  [/\bIT\b/, 'IT'],
  [/operations/i, 'Operations'],
  [/support/i, 'Support'],
  [/legal|counsel/i, 'Legal'],
  [/project/i, 'Project Management'],
]

/** Derives department and seniority from the title, so that the three agree. */
export function seniorityOf(title: string): string {
  return SENIORITIES.find(([pattern]) => pattern.test(title))?.[1] ?? 'Other'
}

export function departmentOf(title: string): string {
  return DEPARTMENTS.find(([pattern]) => pattern.test(title))?.[1] ?? 'Other'
}
