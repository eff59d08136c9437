// Loaded before the measured program: leaves its peak memory (kB) in the file that PLIMSOLL_PEAK names.
process.on('exit', () => {
  require('node:fs').writeFileSync(process.env.PLIMSOLL_PEAK, String(process.resourceUsage().maxRSS))
})
