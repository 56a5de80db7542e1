/** The line of business, in the words of contact search and of company search, whose lists differ. */
export interface Trade {
  readonly industry: string
  readonly companyIndustry: string
  readonly sicCode: string
  readonly technologies: readonly string[]
}

/** By the last word of a company's name, so that the two agree. */
const TRADES: Readonly<Record<string, Trade>> = {
  Systems: {
    industry: 'Computer Software',
    companyIndustry: 'Computer Software',
    sicCode: '7372',
    technologies: ['nginx', 'PostgreSQL', 'React'],
  },
  Labs: {
    industry: 'Information Technology & Services',
    companyIndustry: 'Information Technology and Services',
    sicCode: '7389',
    technologies: ['React', 'Kubernetes', 'nginx'],
  },
  Logistics: {
    industry: 'Logistics & Supply Chain',
    companyIndustry: 'Logistics and Supply Chain',
    sicCode: '4731',
    technologies: ['Java', 'PostgreSQL'],
  },
  Foods: { industry: 'Food Production', companyIndustry: 'Food Production', sicCode: '2099', technologies: ['jQuery'] },
  Energy: {
    industry: 'Renewables & Environment',
    companyIndustry: 'Renewables & Environment',
    sicCode: '4911',
    technologies: ['Vue', 'nginx'],
  },
  Media: {
    industry: 'Marketing & Advertising',
    companyIndustry: 'Marketing and Advertising',
    sicCode: '7311',
    technologies: ['WordPress', 'Varnish'],
  },
  Health: {
    industry: 'Hospital & Health Care',
    companyIndustry: 'Hospital & Health Care',
    sicCode: '8062',
    technologies: ['Drupal'],
  },
  Partners: {
    industry: 'Staffing & Recruiting',
    companyIndustry: 'Staffing and Recruiting',
    sicCode: '7361',
    technologies: ['WordPress', 'jQuery'],
  },
  Works: {
    industry: 'Industrial Automation',
    companyIndustry: 'Industrial Automation',
    sicCode: '3559',
    technologies: ['Java'],
  },
  Group: {
    industry: 'Management Consulting',
    companyIndustry: 'Management Consulting',
    sicCode: '8742',
    technologies: ['WordPress', 'nginx'],
  },
}

export function tradeOf(name: string): Trade {
  return TRADES[name.split(' ').at(-1)!] ?? TRADES['Group']!
}
