// What happens between a command and the first kernel step: a topology is built, checked, completed and planned.
// The same shapes come in two sizes: the cost has to grow with the size of the network and not with its square.
#include <benchmark/benchmark.h>

#include "core/topo/builders.hh"
#include "core/topo/plan.hh"

namespace flowbed {
namespace {

void plan(benchmark::State& state, const char* shape) {
  const Topology topology = build_topology(shape);
  for (auto _ : state) {
    benchmark::DoNotOptimize(validate(topology));
    benchmark::DoNotOptimize(make_plan({}, complete(topology), {}));
  }
  state.counters["links"] = static_cast<double>(topology.links.size());
}

BENCHMARK_CAPTURE(plan, single_1000, "single,1000")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(plan, single_8000, "single,8000")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(plan, linear_1000, "linear,1000")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(plan, linear_8000, "linear,8000")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(plan, star_1000, "star,1000")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(plan, star_8000, "star,8000")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(plan, mesh_140, "mesh,140")->Unit(benchmark::kMillisecond);  // 9,730 links between switches

}  // namespace
}  // namespace flowbed
