// Shapes of links: that packets can have them.
#include <algorithm>

#include "core/base/suggest.hh"
#include "core/topo/link_schedule.hh"
#include "core/topo/validation.hh"

namespace flowbed {
namespace {

constexpr uint64_t kHighestRate = 40'000'000'000;  // bit/s
constexpr uint64_t kLargestBurst = 1'000'000'000;  // bytes
constexpr uint64_t kLargestPacket = 1514;          // bytes; what a queue has to hold at least
constexpr Duration kLongest = std::chrono::minutes(5);
constexpr Duration kLongestSchedule = std::chrono::hours(24 * 365);

class ShapeCheck {
 public:
  ShapeCheck(Validation& v, const LinkShape& shape, std::string place)
      : v_(v), shape_(shape), place_(std::move(place)) {}

  void run() {
    check_rate();
    check_times();
    check_jitter();
    check_loss();
    check_chances();
    check_queue();
  }

 private:
  void fault(const char* member, std::string message) { v_.fault(place_ + "." + member, std::move(message)); }

  void needs(bool is_given, const char* member, bool has_what_it_needs, const char* needed) {
    if (is_given && !has_what_it_needs)
      fault(member, std::string("it says nothing without ") + in_quotes(needed) + "; give that, too");
  }

  void check_rate() {
    if (shape_.rate == 0u) fault("rate", "nothing passes at 0; write e.g. 10Mbit, or take the link down");
    if (shape_.rate && *shape_.rate > kHighestRate)
      fault("rate", "links have at most 40Gbit; write e.g. 1Gbit");
    if (shape_.rate && shape_.trace) fault("trace", "the link has a rate already; remove one of the two");
    needs(shape_.burst.has_value(), "burst", shape_.rate.has_value(), "rate");
    if (shape_.burst && *shape_.burst > kLargestBurst)
      fault("burst", "it is more than 1 GB; write e.g. 15kB");
    needs(shape_.overhead.has_value(), "overhead", shape_.rate.has_value(), "rate");
    if (shape_.overhead && *shape_.overhead > 65535)
      fault("overhead", "it is larger than any packet; write e.g. 24");
    if (shape_.trace && shape_.trace->empty()) fault("trace", "the name is empty; name a file");
  }

  void check_time(const char* member, const std::optional<Duration>& time, const char* example) {
    if (time && time->count() < 0) fault(member, std::string("it is negative; write e.g. ") + example);
    if (time && *time > kLongest)
      fault(member, std::string("it is longer than 5 minutes; write e.g. ") + example);
  }

  void check_times() {
    check_time("delay", shape_.delay, "10ms");
    check_time("jitter", shape_.jitter, "1ms");
    check_time("target", shape_.target, "5ms");
    check_time("interval", shape_.interval, "100ms");
  }

  void check_one_of(const char* member, const std::optional<std::string>& given,
                    std::initializer_list<const char*> valid) {
    if (!given || std::ranges::find(valid, *given) != valid.end()) return;
    fault(member, in_quotes(*given) + " is not known; valid: " + joined({valid.begin(), valid.end()}));
  }

  void check_jitter() {
    const bool jitters = shape_.jitter.has_value();
    check_one_of("distribution", shape_.distribution,
                 {"uniform", "normal", "pareto", "paretonormal", "table"});
    needs(shape_.distribution.has_value(), "distribution", jitters, "jitter");
    needs(shape_.jitter_correlation.has_value(), "jitter_correlation", jitters, "jitter");
    needs(shape_.reordering.has_value(), "reordering", jitters, "jitter");
    if (jitters && shape_.jitter->count() == 0)
      fault("jitter", "a distribution without spread is a delay; remove it");
    const bool by_table = shape_.distribution == "table";
    needs(by_table, "distribution", shape_.jitter_table.has_value(), "jitter_table");
    needs(shape_.jitter_table.has_value(), "jitter_table", by_table, "distribution\": \"table");
    if (!shape_.jitter_table) return;
    const std::vector<double>& table = *shape_.jitter_table;
    if (table.size() < 2 || !std::ranges::is_sorted(table) || table.front() == table.back())
      fault("jitter_table", "it has no spread: it needs at least two numbers, rising; write e.g. [-1, 0, 3]");
  }

  void check_share(const char* member, const std::optional<double>& share) {
    if (share && !(*share >= 0 && *share <= 1)) fault(member, "it must be from 0% to 100%; write e.g. 1%");
  }

  void check_correlation(const char* member, const std::optional<double>& correlation, bool of_something,
                         const char* what) {
    if (correlation && !(*correlation >= 0 && *correlation < 1))
      fault(member, "it must be from 0% to less than 100%; write e.g. 25%");
    needs(correlation.has_value(), member, of_something, what);
  }

  void check_loss() {
    check_share("loss", shape_.loss);
    check_correlation("loss_correlation", shape_.loss_correlation, shape_.loss.has_value(), "loss");
    if (shape_.loss.has_value() + shape_.loss_model.has_value() + shape_.loss_pattern.has_value() > 1)
      fault("loss", "loss, loss_model and loss_pattern are three ways to say what is lost; keep one of them");
    if (shape_.loss_model) {
      const auto is_no_share = [](double share) { return !(share >= 0 && share <= 1); };
      if (shape_.loss_model->size() != 4 || std::ranges::any_of(*shape_.loss_model, is_no_share))
        fault("loss_model",
              "it needs four shares: to get into bad times, out of them, of loss in bad times, and in good "
              "ones; write e.g. [\"1%\", \"20%\", \"100%\", \"0%\"]");
    }
    if (shape_.loss_pattern &&
        (shape_.loss_pattern->empty() || shape_.loss_pattern->find_first_not_of("01") != std::string::npos))
      fault("loss_pattern", "it is of 0 (passes) and 1 (is lost); write e.g. \"0001\"");
  }

  void check_chances() {
    check_share("duplicate", shape_.duplicate);
    check_share("corrupt", shape_.corrupt);
    check_share("reorder", shape_.reorder);
    check_share("red_chance", shape_.red_chance);
    check_correlation("jitter_correlation", shape_.jitter_correlation, true, "");
    check_correlation("duplicate_correlation", shape_.duplicate_correlation, shape_.duplicate.has_value(),
                      "duplicate");
    check_correlation("corrupt_correlation", shape_.corrupt_correlation, shape_.corrupt.has_value(),
                      "corrupt");
    check_correlation("reorder_correlation", shape_.reorder_correlation, shape_.reorder.has_value(),
                      "reorder");
    needs(shape_.reorder_gap.has_value(), "reorder_gap", shape_.reorder.has_value(), "reorder");
    if (shape_.reorder && !shape_.delay)
      fault("reorder", "packets overtake others by taking no delay, and this link has none; give a delay");
    if (shape_.reorder_gap == 0u) fault("reorder_gap", "it counts from 1; write e.g. 5");
  }

  void check_queue() {
    if (shape_.max_queue == 0u) fault("max_queue", "a queue holds at least 1 packet; write e.g. 100");
    if (shape_.max_queue_bytes && *shape_.max_queue_bytes < kLargestPacket)
      fault("max_queue_bytes", "a queue holds at least one packet of 1514 bytes; write e.g. 64kB");
    check_one_of("discipline", shape_.discipline, {"droptail", "red", "codel", "fq_codel", "pie"});
    const bool is_red = shape_.discipline == "red", is_pie = shape_.discipline == "pie";
    const bool is_codel = shape_.discipline == "codel" || shape_.discipline == "fq_codel";
    needs(is_red, "discipline", shape_.red_min && shape_.red_max, "red_min\" and \"red_max");
    needs(shape_.red_min || shape_.red_max || shape_.red_chance, "red_min", is_red, "discipline\": \"red");
    if (shape_.red_min && shape_.red_max && *shape_.red_min >= *shape_.red_max)
      fault("red_min", "it must be less than red_max; write e.g. 15kB and 60kB");
    needs(shape_.target.has_value(), "target", is_codel || is_pie, "discipline\": \"codel");
    needs(shape_.interval.has_value(), "interval", is_codel, "discipline\": \"codel");
    needs(shape_.ecn == true, "ecn", is_red || is_codel || is_pie, "discipline\": \"codel");
  }

  Validation& v_;
  const LinkShape& shape_;
  const std::string place_;
};

void check_now(Validation& v, const Link& link, const std::string& place) {
  ShapeCheck(v, link.shape, place).run();
  // What holds for one direction only is judged together with what holds for both.
  const auto check_direction = [&](const LinkShape& own, const char* member) {
    if (!own.is_plain()) ShapeCheck(v, changed(link.shape, own), place + "." + member).run();
  };
  check_direction(link.a_to_b, "a_to_b");
  check_direction(link.b_to_a, "b_to_a");
}

void check_time(Validation& v, const LinkChange& change, Duration before, const std::string& place) {
  if (change.at <= Duration::zero())
    return v.fault(place, "the network begins at 0; give what holds from there to the link itself");
  if (change.at > kLongestSchedule) return v.fault(place, "it is later than a year; write e.g. 10s");
  if (change.at <= before)
    v.fault(place,
            "it is not after the change before it; put changes in their order, and those of one time "
            "together");
}

}  // namespace

// Each change is judged together with all that there was before.
void check_shape(Validation& v, const Link& link, const std::string& place) {
  check_now(v, link, place);
  Duration before{};
  for (size_t i = 0; i < link.schedule.size(); i++) {
    const LinkChange& change = link.schedule[i];
    const std::string change_place = place + ".schedule[" + std::to_string(i) + "]";
    check_time(v, change, before, change_place + ".at");
    if (!change.shapes() && !change.up)
      v.fault(change_place, "nothing changes; give what does, e.g. \"delay\": \"50ms\"");
    check_now(v, link_at(link, change.at), change_place);
    before = std::max(before, change.at);
  }
}

}  // namespace flowbed
