// A warm request through the policies that many requests pass takes nothing from the heap.
#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "portcullis/portcullis.hpp"
#include "tests/support/stopped_clock.h"

namespace {
std::atomic<std::size_t> allocations{0};
}

// The sanitizers bring their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}
void* operator new(std::size_t size) {
  ++allocations;
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) std::abort();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
#endif

namespace portcullis {
namespace {

using test::StoppedClock;

TEST_CASE("limits, caches and headers take nothing from the heap", "[unit]") {
  const auto library = make_library();
  const PolicyText document{Scope::kApi, "api", R"xml(<policies><inbound>
    <cors><allowed-origins><origin>https://application.example</origin></allowed-origins></cors>
    <ip-filter action="allow"><address-range from="192.0.2.0" to="192.0.2.255" /></ip-filter>
    <check-header name="X-Tenant" failed-check-httpcode="401" failed-check-error-message="no" ignore-case="true" />
    <rate-limit-by-key calls="1000000" renewal-period="60" counter-key="@(context.Request.Headers.GetValueOrDefault("X-Tenant", ""))" remaining-calls-header-name="X-Left" />
    <quota-by-key calls="1000000" renewal-period="86400" counter-key="@(context.Request.IpAddress)" />
    <rate-limit calls="1000000" renewal-period="60" />
    <cache-lookup-value key="settings-of-the-tenant" variable-name="settings" />
    <set-header name="X-Limit" exists-action="override"><value>@((string)context.Variables["settings"])</value></set-header>
    <choose><when condition="@(context.Request.Method == "GET")"><set-variable name="a" value="1" /></when></choose>
    <limit-concurrency key="backend" max-count="10"><set-variable name="b" value="@(2)" /></limit-concurrency>
  </inbound><backend /></policies>)xml"};
  const Loaded loaded = load(*library, {.documents = {&document, 1}});
  for (const Report& report : loaded.reports) UNSCOPED_INFO(report.text);
  REQUIRE(loaded.program != nullptr);
  StoppedClock clock;
  const auto counters = make_memory_counters();
  const auto slots = make_memory_slots();
  const auto cache = make_memory_cache();
  cache->set("settings-of-the-tenant", "PC1s\x05value", std::chrono::seconds(60),
             SystemTime(std::chrono::milliseconds(1'746'360'000'000)));
  std::vector<std::byte> memory(256 * 1024);
  const HeaderView headers[] = {{"X-Tenant", "tenant-with-a-long-name"}, {"Origin", "https://application.example"}};
  ContextView context;
  context.request.url = {.scheme = "https", .host = "gw.example", .port = 443, .path = "/a", .query = {}};
  context.request.headers = headers;
  context.request.ip_address = "192.0.2.7";
  const ExecutionOptions options{.stores = {.counters = counters.get(), .cache = cache.get(), .slots = slots.get()},
                                 .environment = &clock,
                                 .memory = memory};
  std::size_t used = 0;
  for (int round = 0; round < 3; ++round) {
    const std::size_t before = allocations;
    Execution execution(loaded.program, context, options);
    const bool done = execution.resume().done();
    used = allocations - before;
    REQUIRE(done);
    REQUIRE(execution.response().status == 200);
    REQUIRE_FALSE(execution.last_error().has_value());
  }
  CHECK(used == 0);
}

}  // namespace
}  // namespace portcullis
