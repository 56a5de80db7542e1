/* Vendor code because each company has the same addresses with its own domain in them, under two sets of names. */
const LINKS = [
  'advertisingIntelligence',
  'alexaScore',
  'employeeReviews',
  'googleFinance',
  'googleResearch',
  'jobPostings',
  'localSportsTeams',
  'localWeather',
  'paidSearchIntelligence',
  'paidSearchKeywordsIntelligence',
  'searchMarketingIntelligence',
  'secFilings',
  'seoResearch',
  'similarWebsites',
  'socialMediaMentions',
  'socialMediaPosts',
  'socialPosts',
  'websiteAudit',
  'websiteAudit2',
  'websiteGrader',
  'webTechnologies',
  'whois',
  'wikipedia',
  'yahooFinance',
]

/** External URLs, under almost the same names for contacts and companies. None is reachable. */
export function linksOf(domain: string, named: (name: string) => string): Readonly<Record<string, string>> {
  return Object.fromEntries(LINKS.map((name) => [named(name), `https://links.example/${name}/${domain}`]))
}
