-- Sends the requests of the file named, one after the other, and says at the end how it went, as one line of JSON.
local requests, count, index = {}, 0, 0

function init(args)
  requests = dofile(args[1])
  count = #requests
end

function request()
  index = index % count + 1
  return requests[index]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"micros":%d,"refused":%d,"lost":%d,"p50":%d,"p99":%d,"used":%.3f}\n',
    summary.requests, summary.duration, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99), os.clock()))
end
