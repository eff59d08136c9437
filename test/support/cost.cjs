// Loaded before a measured program: leaves its peak memory and processor time in the file that PLIMSOLL_COST names.
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  const cost = { peakBytes: maxRSS * 1024, cpuMs: (userCPUTime + systemCPUTime) / 1000 }
  require('node:fs').writeFileSync(process.env.PLIMSOLL_COST, JSON.stringify(cost))
})
