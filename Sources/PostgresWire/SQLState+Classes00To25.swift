/// The codes of classes 00 to 25. A name that two classes share has a word for its class in front here.
extension SQLState {
    // MARK: Class 00, Successful Completion

    /// `successful_completion`, 00000.
    public static let successfulCompletion = SQLState(rawValue: "00000")

    // MARK: Class 01, Warning

    /// `warning`, 01000.
    public static let warning = SQLState(rawValue: "01000")
    /// `dynamic_result_sets_returned`, 0100C.
    public static let dynamicResultSetsReturned = SQLState(rawValue: "0100C")
    /// `implicit_zero_bit_padding`, 01008.
    public static let implicitZeroBitPadding = SQLState(rawValue: "01008")
    /// `null_value_eliminated_in_set_function`, 01003.
    public static let nullValueEliminatedInSetFunction = SQLState(rawValue: "01003")
    /// `privilege_not_granted`, 01007.
    public static let privilegeNotGranted = SQLState(rawValue: "01007")
    /// `privilege_not_revoked`, 01006.
    public static let privilegeNotRevoked = SQLState(rawValue: "01006")
    /// `string_data_right_truncation`, 01004.
    public static let warningStringDataRightTruncation = SQLState(rawValue: "01004")
    /// `deprecated_feature`, 01P01.
    public static let deprecatedFeature = SQLState(rawValue: "01P01")

    // MARK: Class 02, No Data

    /// `no_data`, 02000.
    public static let noData = SQLState(rawValue: "02000")
    /// `no_additional_dynamic_result_sets_returned`, 02001.
    public static let noAdditionalDynamicResultSetsReturned = SQLState(rawValue: "02001")

    // MARK: Class 03, SQL Statement Not Yet Complete

    /// `sql_statement_not_yet_complete`, 03000.
    public static let sqlStatementNotYetComplete = SQLState(rawValue: "03000")

    // MARK: Class 08, Connection Exception

    /// `connection_exception`, 08000.
    public static let connectionException = SQLState(rawValue: "08000")
    /// `connection_does_not_exist`, 08003.
    public static let connectionDoesNotExist = SQLState(rawValue: "08003")
    /// `connection_failure`, 08006.
    public static let connectionFailure = SQLState(rawValue: "08006")
    /// `sqlclient_unable_to_establish_sqlconnection`, 08001.
    public static let sqlClientUnableToEstablishSQLConnection = SQLState(rawValue: "08001")
    /// `sqlserver_rejected_establishment_of_sqlconnection`, 08004.
    public static let sqlServerRejectedEstablishmentOfSQLConnection = SQLState(rawValue: "08004")
    /// `transaction_resolution_unknown`, 08007.
    public static let transactionResolutionUnknown = SQLState(rawValue: "08007")
    /// `protocol_violation`, 08P01.
    public static let protocolViolation = SQLState(rawValue: "08P01")

    // MARK: Class 09, Triggered Action Exception

    /// `triggered_action_exception`, 09000.
    public static let triggeredActionException = SQLState(rawValue: "09000")

    // MARK: Class 0A, Feature Not Supported

    /// `feature_not_supported`, 0A000.
    public static let featureNotSupported = SQLState(rawValue: "0A000")

    // MARK: Class 0B, Invalid Transaction Initiation

    /// `invalid_transaction_initiation`, 0B000.
    public static let invalidTransactionInitiation = SQLState(rawValue: "0B000")

    // MARK: Class 0F, Locator Exception

    /// `locator_exception`, 0F000.
    public static let locatorException = SQLState(rawValue: "0F000")
    /// `invalid_locator_specification`, 0F001.
    public static let invalidLocatorSpecification = SQLState(rawValue: "0F001")

    // MARK: Class 0L, Invalid Grantor

    /// `invalid_grantor`, 0L000.
    public static let invalidGrantor = SQLState(rawValue: "0L000")
    /// `invalid_grant_operation`, 0LP01.
    public static let invalidGrantOperation = SQLState(rawValue: "0LP01")

    // MARK: Class 0P, Invalid Role Specification

    /// `invalid_role_specification`, 0P000.
    public static let invalidRoleSpecification = SQLState(rawValue: "0P000")

    // MARK: Class 0Z, Diagnostics Exception

    /// `diagnostics_exception`, 0Z000.
    public static let diagnosticsException = SQLState(rawValue: "0Z000")
    /// `stacked_diagnostics_accessed_without_active_handler`, 0Z002.
    public static let stackedDiagnosticsAccessedWithoutActiveHandler = SQLState(rawValue: "0Z002")

    // MARK: Class 20, Case Not Found

    /// `case_not_found`, 20000.
    public static let caseNotFound = SQLState(rawValue: "20000")

    // MARK: Class 21, Cardinality Violation

    /// `cardinality_violation`, 21000.
    public static let cardinalityViolation = SQLState(rawValue: "21000")

    // MARK: Class 22, Data Exception

    /// `data_exception`, 22000.
    public static let dataException = SQLState(rawValue: "22000")
    /// `array_subscript_error`, 2202E.
    public static let arraySubscriptError = SQLState(rawValue: "2202E")
    /// `character_not_in_repertoire`, 22021.
    public static let characterNotInRepertoire = SQLState(rawValue: "22021")
    /// `datetime_field_overflow`, 22008.
    public static let datetimeFieldOverflow = SQLState(rawValue: "22008")
    /// `division_by_zero`, 22012.
    public static let divisionByZero = SQLState(rawValue: "22012")
    /// `error_in_assignment`, 22005.
    public static let errorInAssignment = SQLState(rawValue: "22005")
    /// `escape_character_conflict`, 2200B.
    public static let escapeCharacterConflict = SQLState(rawValue: "2200B")
    /// `indicator_overflow`, 22022.
    public static let indicatorOverflow = SQLState(rawValue: "22022")
    /// `interval_field_overflow`, 22015.
    public static let intervalFieldOverflow = SQLState(rawValue: "22015")
    /// `invalid_argument_for_logarithm`, 2201E.
    public static let invalidArgumentForLogarithm = SQLState(rawValue: "2201E")
    /// `invalid_argument_for_ntile_function`, 22014.
    public static let invalidArgumentForNtileFunction = SQLState(rawValue: "22014")
    /// `invalid_argument_for_nth_value_function`, 22016.
    public static let invalidArgumentForNthValueFunction = SQLState(rawValue: "22016")
    /// `invalid_argument_for_power_function`, 2201F.
    public static let invalidArgumentForPowerFunction = SQLState(rawValue: "2201F")
    /// `invalid_argument_for_width_bucket_function`, 2201G.
    public static let invalidArgumentForWidthBucketFunction = SQLState(rawValue: "2201G")
    /// `invalid_character_value_for_cast`, 22018.
    public static let invalidCharacterValueForCast = SQLState(rawValue: "22018")
    /// `invalid_datetime_format`, 22007.
    public static let invalidDatetimeFormat = SQLState(rawValue: "22007")
    /// `invalid_escape_character`, 22019.
    public static let invalidEscapeCharacter = SQLState(rawValue: "22019")
    /// `invalid_escape_octet`, 2200D.
    public static let invalidEscapeOctet = SQLState(rawValue: "2200D")
    /// `invalid_escape_sequence`, 22025.
    public static let invalidEscapeSequence = SQLState(rawValue: "22025")
    /// `nonstandard_use_of_escape_character`, 22P06.
    public static let nonstandardUseOfEscapeCharacter = SQLState(rawValue: "22P06")
    /// `invalid_indicator_parameter_value`, 22010.
    public static let invalidIndicatorParameterValue = SQLState(rawValue: "22010")
    /// `invalid_parameter_value`, 22023.
    public static let invalidParameterValue = SQLState(rawValue: "22023")
    /// `invalid_preceding_or_following_size`, 22013.
    public static let invalidPrecedingOrFollowingSize = SQLState(rawValue: "22013")
    /// `invalid_regular_expression`, 2201B.
    public static let invalidRegularExpression = SQLState(rawValue: "2201B")
    /// `invalid_row_count_in_limit_clause`, 2201W.
    public static let invalidRowCountInLimitClause = SQLState(rawValue: "2201W")
    /// `invalid_row_count_in_result_offset_clause`, 2201X.
    public static let invalidRowCountInResultOffsetClause = SQLState(rawValue: "2201X")
    /// `invalid_tablesample_argument`, 2202H.
    public static let invalidTablesampleArgument = SQLState(rawValue: "2202H")
    /// `invalid_tablesample_repeat`, 2202G.
    public static let invalidTablesampleRepeat = SQLState(rawValue: "2202G")
    /// `invalid_time_zone_displacement_value`, 22009.
    public static let invalidTimeZoneDisplacementValue = SQLState(rawValue: "22009")
    /// `invalid_use_of_escape_character`, 2200C.
    public static let invalidUseOfEscapeCharacter = SQLState(rawValue: "2200C")
    /// `most_specific_type_mismatch`, 2200G.
    public static let mostSpecificTypeMismatch = SQLState(rawValue: "2200G")
    /// `null_value_not_allowed`, 22004.
    public static let nullValueNotAllowed = SQLState(rawValue: "22004")
    /// `null_value_no_indicator_parameter`, 22002.
    public static let nullValueNoIndicatorParameter = SQLState(rawValue: "22002")
    /// `numeric_value_out_of_range`, 22003.
    public static let numericValueOutOfRange = SQLState(rawValue: "22003")
    /// `sequence_generator_limit_exceeded`, 2200H.
    public static let sequenceGeneratorLimitExceeded = SQLState(rawValue: "2200H")
    /// `string_data_length_mismatch`, 22026.
    public static let stringDataLengthMismatch = SQLState(rawValue: "22026")
    /// `string_data_right_truncation`, 22001.
    public static let stringDataRightTruncation = SQLState(rawValue: "22001")
    /// `substring_error`, 22011.
    public static let substringError = SQLState(rawValue: "22011")
    /// `trim_error`, 22027.
    public static let trimError = SQLState(rawValue: "22027")
    /// `unterminated_c_string`, 22024.
    public static let unterminatedCString = SQLState(rawValue: "22024")
    /// `zero_length_character_string`, 2200F.
    public static let zeroLengthCharacterString = SQLState(rawValue: "2200F")
    /// `floating_point_exception`, 22P01.
    public static let floatingPointException = SQLState(rawValue: "22P01")
    /// `invalid_text_representation`, 22P02.
    public static let invalidTextRepresentation = SQLState(rawValue: "22P02")
    /// `invalid_binary_representation`, 22P03.
    public static let invalidBinaryRepresentation = SQLState(rawValue: "22P03")
    /// `bad_copy_file_format`, 22P04.
    public static let badCopyFileFormat = SQLState(rawValue: "22P04")
    /// `untranslatable_character`, 22P05.
    public static let untranslatableCharacter = SQLState(rawValue: "22P05")
    /// `not_an_xml_document`, 2200L.
    public static let notAnXMLDocument = SQLState(rawValue: "2200L")
    /// `invalid_xml_document`, 2200M.
    public static let invalidXMLDocument = SQLState(rawValue: "2200M")
    /// `invalid_xml_content`, 2200N.
    public static let invalidXMLContent = SQLState(rawValue: "2200N")
    /// `invalid_xml_comment`, 2200S.
    public static let invalidXMLComment = SQLState(rawValue: "2200S")
    /// `invalid_xml_processing_instruction`, 2200T.
    public static let invalidXMLProcessingInstruction = SQLState(rawValue: "2200T")
    /// `duplicate_json_object_key_value`, 22030.
    public static let duplicateJSONObjectKeyValue = SQLState(rawValue: "22030")
    /// `invalid_argument_for_sql_json_datetime_function`, 22031.
    public static let invalidArgumentForSQLJSONDatetimeFunction = SQLState(rawValue: "22031")
    /// `invalid_json_text`, 22032.
    public static let invalidJSONText = SQLState(rawValue: "22032")
    /// `invalid_sql_json_subscript`, 22033.
    public static let invalidSQLJSONSubscript = SQLState(rawValue: "22033")
    /// `more_than_one_sql_json_item`, 22034.
    public static let moreThanOneSQLJSONItem = SQLState(rawValue: "22034")
    /// `no_sql_json_item`, 22035.
    public static let noSQLJSONItem = SQLState(rawValue: "22035")
    /// `non_numeric_sql_json_item`, 22036.
    public static let nonNumericSQLJSONItem = SQLState(rawValue: "22036")
    /// `non_unique_keys_in_a_json_object`, 22037.
    public static let nonUniqueKeysInAJSONObject = SQLState(rawValue: "22037")
    /// `singleton_sql_json_item_required`, 22038.
    public static let singletonSQLJSONItemRequired = SQLState(rawValue: "22038")
    /// `sql_json_array_not_found`, 22039.
    public static let sqlJSONArrayNotFound = SQLState(rawValue: "22039")
    /// `sql_json_member_not_found`, 2203A.
    public static let sqlJSONMemberNotFound = SQLState(rawValue: "2203A")
    /// `sql_json_number_not_found`, 2203B.
    public static let sqlJSONNumberNotFound = SQLState(rawValue: "2203B")
    /// `sql_json_object_not_found`, 2203C.
    public static let sqlJSONObjectNotFound = SQLState(rawValue: "2203C")
    /// `too_many_json_array_elements`, 2203D.
    public static let tooManyJSONArrayElements = SQLState(rawValue: "2203D")
    /// `too_many_json_object_members`, 2203E.
    public static let tooManyJSONObjectMembers = SQLState(rawValue: "2203E")
    /// `sql_json_scalar_required`, 2203F.
    public static let sqlJSONScalarRequired = SQLState(rawValue: "2203F")
    /// `sql_json_item_cannot_be_cast_to_target_type`, 2203G.
    public static let sqlJSONItemCannotBeCastToTargetType = SQLState(rawValue: "2203G")

    // MARK: Class 23, Integrity Constraint Violation

    /// `integrity_constraint_violation`, 23000.
    public static let integrityConstraintViolation = SQLState(rawValue: "23000")
    /// `restrict_violation`, 23001.
    public static let restrictViolation = SQLState(rawValue: "23001")
    /// `not_null_violation`, 23502.
    public static let notNullViolation = SQLState(rawValue: "23502")
    /// `foreign_key_violation`, 23503.
    public static let foreignKeyViolation = SQLState(rawValue: "23503")
    /// `unique_violation`, 23505.
    public static let uniqueViolation = SQLState(rawValue: "23505")
    /// `check_violation`, 23514.
    public static let checkViolation = SQLState(rawValue: "23514")
    /// `exclusion_violation`, 23P01.
    public static let exclusionViolation = SQLState(rawValue: "23P01")

    // MARK: Class 24, Invalid Cursor State

    /// `invalid_cursor_state`, 24000.
    public static let invalidCursorState = SQLState(rawValue: "24000")

    // MARK: Class 25, Invalid Transaction State

    /// `invalid_transaction_state`, 25000.
    public static let invalidTransactionState = SQLState(rawValue: "25000")
    /// `active_sql_transaction`, 25001.
    public static let activeSQLTransaction = SQLState(rawValue: "25001")
    /// `branch_transaction_already_active`, 25002.
    public static let branchTransactionAlreadyActive = SQLState(rawValue: "25002")
    /// `held_cursor_requires_same_isolation_level`, 25008.
    public static let heldCursorRequiresSameIsolationLevel = SQLState(rawValue: "25008")
    /// `inappropriate_access_mode_for_branch_transaction`, 25003.
    public static let inappropriateAccessModeForBranchTransaction = SQLState(rawValue: "25003")
    /// `inappropriate_isolation_level_for_branch_transaction`, 25004.
    public static let inappropriateIsolationLevelForBranchTransaction = SQLState(rawValue: "25004")
    /// `no_active_sql_transaction_for_branch_transaction`, 25005.
    public static let noActiveSQLTransactionForBranchTransaction = SQLState(rawValue: "25005")
    /// `read_only_sql_transaction`, 25006.
    public static let readOnlySQLTransaction = SQLState(rawValue: "25006")
    /// `schema_and_data_statement_mixing_not_supported`, 25007.
    public static let schemaAndDataStatementMixingNotSupported = SQLState(rawValue: "25007")
    /// `no_active_sql_transaction`, 25P01.
    public static let noActiveSQLTransaction = SQLState(rawValue: "25P01")
    /// `in_failed_sql_transaction`, 25P02.
    public static let inFailedSQLTransaction = SQLState(rawValue: "25P02")
    /// `idle_in_transaction_session_timeout`, 25P03.
    public static let idleInTransactionSessionTimeout = SQLState(rawValue: "25P03")
    /// `transaction_timeout`, 25P04.
    public static let transactionTimeout = SQLState(rawValue: "25P04")
}
