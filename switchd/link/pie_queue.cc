#include "switchd/link/pie_queue.hh"

#include <algorithm>
#include <array>

namespace flowbed::sw {
namespace {

// RFC 8033, sections 4.1 to 4.3 and 5.4.
constexpr double kAlpha = 0.125, kBeta = 1.25;  // a second
constexpr double kMarkNoMore = 0.1;             // above this chance, packets are dropped rather than marked
constexpr double kTooEarly = 0.85, kTooLate = 8.5;
constexpr uint64_t kFewBytes = 2 * 1514;

// The smaller the chance, the smaller its steps.
double scale(double chance) {
  constexpr std::array<std::pair<double, double>, 6> kSteps{
      {{0.000001, 2048}, {0.00001, 512}, {0.0001, 128}, {0.001, 32}, {0.01, 8}, {0.1, 2}}};
  for (const auto& [below, divisor] : kSteps) {
    if (chance < below) return 1 / divisor;
  }
  return 1;
}

}  // namespace

void PieQueue::update() {
  const double error = to_seconds(delay_ - pie_.target), trend = to_seconds(delay_ - delay_before_);
  double step = (kAlpha * error + kBeta * trend) * scale(chance_);
  if (chance_ >= 0.1) step = std::min(step, 0.02);
  if (delay_ > std::chrono::milliseconds(250)) step = std::max(step, 0.02);
  chance_ += step;
  if (delay_.count() == 0 && delay_before_.count() == 0) chance_ *= 0.98;
  chance_ = std::clamp(chance_, 0.0, 1.0);
  burst_left_ = std::max(burst_left_ - pie_.update, Duration{});
  if (chance_ == 0 && delay_ < pie_.target / 2 && delay_before_ < pie_.target / 2)
    burst_left_ = pie_.burst_allowance;
  delay_before_ = delay_;
}

// The controller runs at fixed times; packets tell that they have passed.
void PieQueue::catch_up(TimePoint now) {
  if (!next_update_) next_update_ = now + pie_.update;
  while (*next_update_ <= now) {
    if (waiting_.empty()) delay_ = {};
    update();
    *next_update_ += pie_.update;
    const bool is_at_rest = chance_ == 0 && waiting_.empty();
    if (is_at_rest && *next_update_ <= now) *next_update_ = now + pie_.update;
  }
}

bool PieQueue::is_unlucky() {
  if (burst_left_.count() > 0) return false;
  if (delay_before_ < pie_.target / 2 && chance_ < 0.2) return false;
  if (bytes() <= kFewBytes) return false;
  if (chance_ == 0) accumulated_ = 0;
  accumulated_ += chance_;
  if (accumulated_ < kTooEarly) return false;
  const bool unlucky = accumulated_ >= kTooLate || random_.happens(chance_);
  if (unlucky) accumulated_ = 0;
  return unlucky;
}

void PieQueue::enqueue(LinkPacket packet, TimePoint now) {
  catch_up(now);
  if (!has_room_for(packet)) return drop(packet, DropCause::kQueueFull, now);
  if (is_unlucky() && (chance_ > kMarkNoMore || !mark(packet))) return drop(packet, DropCause::kEarly, now);
  packet.arrived = now;
  note_enqueued(packet);
  waiting_.push_back(packet);
}

std::optional<LinkPacket> PieQueue::dequeue(TimePoint now) {
  catch_up(now);
  if (waiting_.empty()) return {};
  const LinkPacket packet = waiting_.front();
  waiting_.pop_front();
  note_dequeued(packet);
  delay_ = now - packet.arrived;
  return packet;
}

}  // namespace flowbed::sw
