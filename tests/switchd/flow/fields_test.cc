#include "switchd/flow/fields.hh"

#include <random>
#include <set>

#include <gtest/gtest.h>

#include "switchd/flow/field_names.hh"
#include "switchd/flow/field_text.hh"

namespace flowbed::sw {
namespace {

class Fields : public testing::Test {
 protected:
  FieldValue random_value(const Field& field) {
    const FieldValue value = FieldValue{random_()} << 64 | random_();
    return value & field.all_ones();
  }
  // What a person could say of the field.
  FieldValue random_mask(const Field& field) {
    if (!field.maskable || random_() % 2) return field.all_ones();
    const FieldValue mask = random_value(field);
    return mask ? mask : field.all_ones();
  }
  PipelineKey random_key() {
    PipelineKey key;
    for (uint64_t& word : key.words) word = random_();
    return key;
  }

  const unsigned seed_ = std::random_device{}();
  const testing::ScopedTrace trace_{__FILE__, __LINE__, "seed " + std::to_string(seed_)};
  std::mt19937_64 random_{seed_};
};

TEST_F(Fields, LieInTheKey) {
  for (const Field& field : fields()) {
    EXPECT_LE(field.offset + field.size, sizeof(PipelineKey)) << field.name;
    EXPECT_LE(field.bits + field.shift, field.size * 8) << field.name;
    EXPECT_LE((field.bits + 7) / 8, field.wire_bytes) << field.name;
    EXPECT_EQ(is_of_packet(field), field.offset + field.size <= sizeof(FlowKey)) << field.name;
  }
}

TEST_F(Fields, AreReadAsWrittenAndLeaveOthersAlone) {
  for (const Field& field : fields()) {
    for (int i = 0; i < 50; i++) {
      const PipelineKey before = random_key();
      const FieldValue value = random_value(field), mask = random_value(field);
      PipelineKey key = before;
      write_field(field, value, mask, key);
      ASSERT_TRUE(read_field(field, key) == ((read_field(field, before) & ~mask) | (value & mask)))
          << field.name;
      write_field(field, read_field(field, before), key);
      ASSERT_TRUE(same_words(key, before)) << field.name;
    }
  }
}

TEST_F(Fields, OfOnePlaceAndPrerequisiteAreTheSameBits) {
  for (const Field& one : fields()) {
    for (const Field& other : fields()) {
      const bool same = one.offset == other.offset && one.shift == other.shift && one.prerequisite &&
                        one.prerequisite == other.prerequisite;
      EXPECT_TRUE(!same || one.bits == other.bits) << one.name << " " << other.name;
    }
  }
}

TEST_F(Fields, NamesAreUnique) {
  std::set<std::string> names, numbers;
  for (const Field& field : fields()) {
    EXPECT_EQ(find_field(field.name), &field) << field.name;
    for (const auto& id : {field.oxm, field.nxm}) {
      if (!id) continue;
      EXPECT_EQ(find_field(*id), &field) << field.name;
      EXPECT_LT(id->number, 128) << field.name;
      EXPECT_TRUE(numbers.insert(std::to_string(id->of_class) + "." + std::to_string(id->number)).second)
          << field.name;
    }
    for (const std::string& name : {nxm_name(field), oxm_name(field)}) {
      if (name.empty()) continue;
      EXPECT_TRUE(names.insert(name).second) << name;
      EXPECT_EQ(find_field_by_oxm_name(name), &field) << name;
    }
    EXPECT_TRUE(field.oxm || field.nxm) << field.name << " can be in no message";
  }
}

TEST_F(Fields, HaveTheNamesOfTheSpecifications) {
  const auto names = [](const char* name) {
    return nxm_name(field_named(name)) + " " + oxm_name(field_named(name));
  };
  EXPECT_EQ(names("nw_dst"), "NXM_OF_IP_DST OXM_OF_IPV4_DST");
  EXPECT_EQ(names("reg3"), "NXM_NX_REG3 ");
  EXPECT_EQ(names("icmp_type"), "NXM_OF_ICMP_TYPE OXM_OF_ICMPV4_TYPE");
  EXPECT_EQ(names("nd_sll"), "NXM_NX_ND_SLL OXM_OF_IPV6_ND_SLL");
  EXPECT_EQ(names("vlan_vid"), " OXM_OF_VLAN_VID");
  EXPECT_EQ(names("tun_id"), "NXM_NX_TUN_ID OXM_OF_TUNNEL_ID");
  EXPECT_EQ(find_field("eth_dst"), &field_named("dl_dst"));
  EXPECT_EQ(find_field("ipv6_flabel"), &field_named("ipv6_label"));
  EXPECT_EQ(find_field("dl_ds"), nullptr);
  EXPECT_EQ(find_field(""), nullptr);
}

TEST_F(Fields, PrerequisitesAreThoseOfThePacket) {
  PipelineKey key{};
  const auto write = [&](const char* name, FieldValue value) { write_field(field_named(name), value, key); };
  const auto has = [&](const char* name) { return has_field(field_named(name), key); };
  EXPECT_TRUE(has("dl_src") && has("reg0") && has("vlan_tci"));
  EXPECT_FALSE(has("nw_src") || has("nw_proto") || has("arp_op") || has("vlan_pcp") || has("tcp_dst"));
  write("dl_type", 0x0800);
  EXPECT_TRUE(has("nw_src") && has("nw_proto"));
  EXPECT_FALSE(has("tcp_dst") || has("ipv6_src"));
  write("nw_proto", 17);
  EXPECT_TRUE(has("udp_dst"));
  EXPECT_FALSE(has("tcp_dst") || has("icmp_type"));
  write("dl_type", 0x86dd);
  write("nw_proto", 58);
  EXPECT_TRUE(has("icmpv6_type"));
  EXPECT_FALSE(has("icmp_type") || has("nd_target"));
  write("icmpv6_type", 136);
  EXPECT_TRUE(has("nd_target") && has("nd_tll"));
  EXPECT_FALSE(has("nd_sll"));
  write("vlan_vid", 0x1005);
  EXPECT_TRUE(has("vlan_pcp"));
}

TEST_F(Fields, ThePresenceMaskIsWhatDecidesWhetherAPacketHasThem) {
  const auto mask = [](const char* name) { return presence_mask(field_named(name)).f.packet.f; };
  EXPECT_TRUE(same_words(presence_mask(field_named("eth_dst")), PipelineMask{}));
  EXPECT_EQ(mask("vlan_pcp").vlan_tpid, 0xffff);
  EXPECT_EQ(mask("nw_src").eth_type, 0xffff);
  EXPECT_EQ(mask("nw_src").flags, 0) << "every fragment has addresses";
  EXPECT_EQ(mask("tcp_dst").ip_proto, 0xff);
  EXPECT_EQ(mask("tcp_dst").flags, FLOW_FRAG_BITS) << "only the first one has ports";
  EXPECT_EQ(mask("tcp_dst").tp_src, 0);
  EXPECT_EQ(mask("nd_target").tp_src, 0xffff);
}

TEST_F(Fields, TellWhetherThereIsATag) {
  PipelineKey key{};
  const Field &vid = field_named("vlan_vid"), &tci = field_named("vlan_tci");
  write_field(vid, 0x1005, key);
  EXPECT_NE(key.f.packet.f.vlan_tpid, 0);
  EXPECT_TRUE(read_field(tci, key) == 0x1005);
  write_field(tci, 0x7007, key);
  EXPECT_TRUE(read_field(vid, key) == 0x1007);
  EXPECT_TRUE(read_field(field_named("vlan_pcp"), key) == 3);
  write_field(vid, 0, 0x1000, key);
  EXPECT_EQ(key.f.packet.f.vlan_tpid, 0);
}

TEST_F(Fields, TextIsReadAsTheSameValue) {
  for (const Field& field : fields()) {
    for (int i = 0; i < 200; i++) {
      const FieldValue mask = random_mask(field), value = random_value(field) & mask;
      const std::string text = format_value(field, value, mask);
      const auto parsed = parse_value(field, text);
      ASSERT_TRUE(parsed) << field.name << "=" << text;
      ASSERT_TRUE(parsed->value == value && parsed->mask == mask) << field.name << "=" << text;
    }
  }
}

std::string again(const char* name, std::string_view text) {
  const Field& field = field_named(name);
  const auto value = parse_value(field, text);
  return value ? format_value(field, value->value, value->mask) : "none";
}

TEST_F(Fields, ValuesAsPeopleWriteThem) {
  EXPECT_EQ(again("nw_src", "10.1.2.3/8"), "10.0.0.0/8");
  EXPECT_EQ(again("nw_src", "10.1.2.3/255.0.0.0"), "10.0.0.0/8");
  EXPECT_EQ(again("nw_src", "10.1.2.3/255.0.0.255"), "10.0.0.3/255.0.0.255");
  EXPECT_EQ(again("ipv6_dst", "fd00::1/16"), "fd00::/16");
  EXPECT_EQ(again("ipv6_dst", "::/0"), "::/0");
  EXPECT_EQ(again("dl_dst", "01:00:00:00:00:01/01:00:00:00:00:00"), "01:00:00:00:00:00/01:00:00:00:00:00");
  EXPECT_EQ(again("nw_tos", "184"), "184");
  EXPECT_EQ(again("nw_tos", "185"), "none");
  EXPECT_EQ(again("dl_type", "2048"), "0x0800");
  EXPECT_EQ(again("tcp_flags", "+syn-ack"), "+syn-ack");
  EXPECT_EQ(again("tcp_flags", "+syn-syn"), "none");
  EXPECT_EQ(again("tcp_flags", "+"), "none");
  EXPECT_EQ(again("ip_frag", "first"), "first");
  EXPECT_EQ(again("ip_frag", "not_later"), "not_later");
  EXPECT_EQ(again("ip_frag", "maybe"), "none");
  EXPECT_EQ(again("tcp_dst", "80"), "80");
  EXPECT_EQ(again("tcp_dst", "0x50/0xfff0"), "0x50/0xfff0");
}

TEST_F(Fields, ValuesThatAreNone) {
  for (const char* text : {"", "65536", "-1", "80 ", "0x", "80/", "8o", "1/2/3", "/8"})
    EXPECT_EQ(again("tcp_dst", text), "none") << text;
  for (const char* text : {"", "10.0.0", "10.0.0.1/33", "10.0.0.1/-1", "fd00::1", "10.0.0.1/", "1"})
    EXPECT_EQ(again("nw_src", text), "none") << text;
  EXPECT_EQ(again("dl_src", "00:00:00:00:00"), "none");
  EXPECT_EQ(again("mpls_label", "1048576"), "none");
  EXPECT_EQ(again("metadata", "18446744073709551616"), "none");
}

}  // namespace
}  // namespace flowbed::sw
